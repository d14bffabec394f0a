"""Several models as one tagger, and the folder that lists them.

bag.json    format version, and the model folders of its members, counted from its own folder
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ner.calibration import CALIBRATION, read_calibration
from ner.errors import ModelError
from ner.lattice import Lattice, pooled
from ner.model.folder import find
from ner.model.folder import summary as model_summary
from ner.storage import dumps, write_text
from ner.tagging.loading import Loading, load_model
from ner.tagging.pieces import Piece
from ner.tagging.tagger import BATCH_CHARACTERS, Tagger

BAG = "bag.json"
FORMAT_VERSION = 1


class Bag(Tagger):
    """Taggers of linear chains with the same tags, whose scores are averaged (``lattice.pooled``).

    Each member makes its own features of a text, so their vocabularies may differ. The tags are
    legal, as those of each member are. It costs what its members cost together.

    Args:
        members: they have the same tags and contexts.
        batch_characters: how many characters are computed at once, padding included.
        min_score: entities of a lower score are left out.
    """

    def __init__(
        self,
        members: Sequence[Tagger],
        *,
        batch_characters: int = BATCH_CHARACTERS,
        min_score: float = 0.0,
    ) -> None:
        narrowest = min(members, key=lambda one: one.featurizer.settings.max_length)
        super().__init__(
            narrowest.featurizer,
            narrowest.tags,
            narrowest.runtime,
            batch_characters=batch_characters,
            min_score=min_score,
        )
        self._members = tuple(members)

    def decoded(self, pieces: Sequence[Piece]) -> Lattice:
        """The tags of the averaged chains.

        Raises:
            TypeError: a member is no linear chain.
        """
        found = [member.decoded(pieces) for member in self._members]
        chains = [one for one in found if isinstance(one, Lattice)]
        if len(chains) < len(found):
            raise TypeError("only linear chains have scores that can be averaged")
        return pooled(chains)


def members(path: str | Path) -> list[Path] | None:
    """The model folders of the bag at ``path``; None if there is none.

    Raises:
        ModelError: its list is damaged.
    """
    place = Path(path) / BAG
    if not place.is_file():
        return None
    try:
        about = json.loads(place.read_text(encoding="utf-8"))
        version, names = about["format_version"], about["members"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"{place}: damaged: {error!r}") from error
    if version != FORMAT_VERSION:
        why = f"bag format {version!r}, this version of ner reads format {FORMAT_VERSION}"
        raise ModelError(f"{place}: {why}")
    if not isinstance(names, list) or not names or not all(type(one) is str for one in names):
        raise ModelError(f"{place}: damaged: expected a list of folders, got {names!r}")
    return [Path(path) / name for name in names]


def folder_of(path: str | Path) -> Path:
    """Where a bag has its list, or a model its description: what belongs to it stands there.

    Raises:
        ModelError: there is neither.
    """
    return find(path) if members(path) is None else Path(path)


def summary(path: str | Path) -> dict[str, Any]:
    """What a user may want to know of the bag in a folder, as plain data.

    Raises:
        ModelError: there is none, or it or a member is damaged.
    """
    folder, own = Path(path), members(path)
    if own is None:
        raise ModelError(f"{folder}: no bag: no {BAG} in it")
    told = {one: model_summary(one) for one in own}
    return {
        "bag": str(folder),
        "format_version": FORMAT_VERSION,
        "labels": next(iter(told.values()))["labels"],
        "bytes": sum(about["bytes"] for about in told.values()),
        "calibrated": (folder / CALIBRATION).is_file(),
        "members": [_member(one, folder, about) for one, about in told.items()],
    }


def _member(model: Path, bag: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    from ner.evaluation.surroundings import fold_of

    fold = fold_of(model)
    return {
        "folder": str(model.relative_to(bag)),
        "fold": None if fold is None else fold.number,  # that it was trained without
        "folds": None if fold is None else fold.count,
        "parameters": about.get("parameters"),
        "bytes": about["bytes"],
    }


def write_bag(folder: Path, names: Iterable[str]) -> None:
    """Makes a folder the bag of these model folders in it."""
    about = {"format_version": FORMAT_VERSION, "members": list(names)}
    write_text(folder / BAG, dumps(about, indent=2) + "\n")


def throw_away(folder: Path, *, kept: Iterable[str]) -> None:
    """Removes what an earlier bag left in a folder: its list, what is of all its members together,
    and its members' runs but for those that are ``kept``."""
    from ner.tagging.out_of_fold import OUT_OF_FOLD
    from ner.training import run_folder
    from ner.training.bagging import runs_in

    for name in (BAG, CALIBRATION, OUT_OF_FOLD, run_folder.TEST):
        (folder / name).unlink(missing_ok=True)
    kept = set(kept)
    for run in list(runs_in(folder)):
        if run.name not in kept:
            run_folder.throw_away(run)
            if not any(run.iterdir()):
                run.rmdir()


def all_members(paths: Iterable[str | Path]) -> list[Path]:
    """The model folders that ``paths`` are or, if they are bags, hold.

    Raises:
        ModelError: a bag is damaged.
    """
    return [one for path in paths for one in members(path) or [Path(path)]]


def load_together(paths: Sequence[str | Path], how: Loading) -> Tagger:
    """One tagger of all models in these folders; a bag stands for its members.

    A bag that is alone has its own calibration; models that are averaged otherwise have none, since
    that of each is of its own probabilities.

    Raises:
        ModelError: a folder holds no model, or the models cannot be averaged.
    """
    tagger = _averaged(paths, replace(how, dictionary=None))
    if len(paths) == 1 and members(paths[0]) is not None:
        tagger = tagger.calibrated(read_calibration(Path(paths[0])))
    return tagger if how.dictionary is None else tagger.with_dictionary(how.dictionary)


def _averaged(paths: Sequence[str | Path], how: Loading) -> Tagger:
    """One tagger of all models in these folders."""
    folders = all_members(paths)
    if len(folders) == 1:
        return load_model(folders[0], how)
    taggers = load_alike(folders, how)
    size = how.batch_characters or taggers[0].batch_characters
    return Bag(taggers, batch_characters=size, min_score=how.min_score)


def load_alike(folders: Sequence[Path], how: Loading) -> list[Tagger]:
    """The taggers of models that can be averaged.

    Raises:
        ModelError: a folder holds no model, or they cannot be.
    """
    taggers = [load_model(folder, how) for folder in folders]
    for folder, tagger in zip(folders, taggers, strict=True):
        _refuse_unlike((folders[0], taggers[0]), (folder, tagger))
        if not isinstance(tagger.decoded([Piece("一", "")]), Lattice):
            why = "its decoder is no linear chain (crf, softmax): it cannot be averaged with others"
            raise ModelError(f"{folder}: {why}; ner label --vote takes any models")
    return taggers


def _refuse_unlike(first: tuple[Path, Tagger], other: tuple[Path, Tagger]) -> None:
    """Makes sure that two models have the same tags and see as many sentences.

    Raises:
        ModelError: they do not.
    """
    for (name, expected), got in zip(
        _like(first[1]).items(), _like(other[1]).values(), strict=True
    ):
        if got != expected:
            why = f"{name}: got {got}, expected {expected} as in {first[0]}"
            raise ModelError(f"{other[0]}: the models cannot be averaged: {why}")


def _like(tagger: Tagger) -> dict[str, str]:
    """What the models of a bag have in common."""
    context = tagger.featurizer.settings.context
    return {"tags": ", ".join(tagger.tags), "features.context": str(context)}
