"""NAME → MODEL FOLDER: where models are looked for, and what is there.

A model is named by its folder, or by the name that its folder has in one of these places, the first
of which that has it counts: the folders in $NER_MODELS; the user's data folder; those shipped with
the package. Where no model is named, it is the one called ``standard``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ner.corpus.fetching.digests import digest as sha256
from ner.errors import ModelError, nearest
from ner.model.folder import CARD, DESCRIPTION, find, holds_run

VARIABLE = "NER_MODELS"
STANDARD = "standard"
SHIPPED = Path(__file__).parents[1] / "shipped"
FENCE = "---\n"  # around what a card says to programs


@dataclass(frozen=True, slots=True)
class Root:
    """A folder whose folders are models, and what kind of place it is."""

    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class Known:
    """A model that can be named."""

    name: str
    root: Root
    folder: Path
    labels: tuple[str, ...]
    size: int  # bytes of all its files
    f1: float | None  # of its card's first figure, 0 to 1
    measured_on: str | None  # what that figure is of
    sha256: str  # of all its files but the card: ``digest``
    hidden: bool  # another model of the same name comes before it

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "name": self.name,
            "place": self.root.kind,
            "folder": str(self.folder),
            "labels": list(self.labels),
            "bytes": self.size,
            "f1": self.f1,
            "measured_on": self.measured_on,
            "sha256": self.sha256,
            "hidden": self.hidden,
        }


def roots() -> list[Root]:
    """Where models are looked for, in this order."""
    from platformdirs import user_data_path

    named = [Path(one) for one in os.environ.get(VARIABLE, "").split(os.pathsep) if one]
    own = user_data_path("zhuyi-ner", appauthor=False) / "models"
    return [*(Root(VARIABLE, one) for one in named), Root("user", own), Root("shipped", SHIPPED)]


def locate(model: str | Path | None = None) -> Path:
    """The folder of a model that is named, or of the standard one.

    Args:
        model: a folder, which is given back as it is; or a name.

    Raises:
        ModelError: there is no model of that name, or none is named and there is no standard one.
    """
    if model is None:
        found = _named(STANDARD)
        if found is None:
            places = ", ".join(str(root.path) for root in roots())
            why = f"none is named {STANDARD!r} in {places}"
            raise ModelError(f"no model is given, and {why}: name a model folder (-m MODEL)")
        return found
    place = Path(model)
    if place.exists() or place.parent != Path() or str(model) in ("", ".", ".."):
        return place
    found = _named(place.name)
    if found is None:
        names = {name for root in roots() for name, _ in _models(root.path)}
        known = f"models by name: {nearest(place.name, names) if names else 'none'}"
        raise ModelError(f"{place}: not a model or run folder: no such folder ({known})")
    return found


def listed() -> list[Known]:
    """All models that can be named, in the order in which they are found.

    Raises:
        ModelError: one is damaged.
    """
    found: list[Known] = []
    for root in roots():
        for name, folder in _models(root.path):
            hidden = any(one.name == name for one in found)
            found.append(_known(name, root, folder, hidden=hidden))
    return found


def digest(folder: Path) -> str:
    """The SHA-256 of what ``LC_ALL=C sha256sum FILES`` prints of a model's files but its card."""
    lines = (f"{sha256(one)}  {one.name}\n" for one in files(folder) if one.name != CARD)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def files(folder: Path) -> list[Path]:
    """A model's files, in the order of their names' bytes."""
    found = (one for one in folder.iterdir() if one.is_file() and not one.name.startswith("."))
    return sorted(found, key=lambda one: one.name.encode())


def first_figure(card: str) -> tuple[float | None, str | None]:
    """The F1 that a card gives first, and what it is of: its ``model-index``, as on model hubs."""
    import yaml

    if not card.startswith(FENCE):
        return None, None
    try:
        about = yaml.safe_load(card.split(FENCE, 2)[1])
        first = about["model-index"][0]["results"][0]
        f1 = next(one["value"] for one in first["metrics"] if one["type"] == "f1")
        return float(f1), str(first["dataset"]["name"])
    except (yaml.YAMLError, KeyError, IndexError, TypeError, ValueError, StopIteration):
        return None, None


def _known(name: str, root: Root, folder: Path, *, hidden: bool) -> Known:
    place = folder / DESCRIPTION
    try:
        labels = tuple(map(str, json.loads(place.read_text(encoding="utf-8"))["labels"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"{place}: damaged: {error}") from error
    card = folder / CARD
    f1, of = first_figure(card.read_text(encoding="utf-8") if card.is_file() else "")
    size = sum(one.stat().st_size for one in files(folder))
    return Known(name, root, folder, labels, size, f1, of, digest(folder), hidden)


def _models(root: Path) -> Iterator[tuple[str, Path]]:
    """The models in a folder, by name."""
    if not root.is_dir():
        return
    for one in sorted(root.iterdir()):
        if (one / DESCRIPTION).is_file() or holds_run(one):
            yield one.name, find(one)


def _named(name: str) -> Path | None:
    """The folder of the first model of this name."""
    for root in roots():
        found = dict(_models(root.path)).get(name)
        if found is not None:
            return found
    return None
