"""``ner models``: the models that can be named, and where they are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ner.cli.console import Json, output
from ner.cli.table import aligned, described

if TYPE_CHECKING:
    from ner.model.catalogue import Known, Root

HEADER = ("name", "place", "labels", "MB", "F1", "SHA-256")
SHOWN = 12  # digits of a hash


def models(json: Json = False) -> None:
    """List the models that have a name, with labels, size and F1, and the places they are in."""
    from ner.model.catalogue import listed, roots
    from ner.storage import dumps

    places, known = roots(), listed()
    with output() as stream:
        if json:
            searched = [{"place": one.kind, "folder": str(one.path)} for one in places]
            about = {"searched": searched, "models": [one.to_dict() for one in known]}
            print(dumps(about, indent=2), file=stream)
        else:
            print(_text(places, known), file=stream)


def _text(places: list[Root], known: list[Known]) -> str:
    table = aligned([HEADER, *map(_row, known)]) if known else "no model has a name here"
    searched = described([(one.kind, str(one.path)) for one in places])
    return f"{table}\n\nlooked for in this order:\n{searched}"


def _row(model: Known) -> tuple[str, ...]:
    return (
        model.name,
        f"{model.root.kind} (hidden)" if model.hidden else model.root.kind,
        ", ".join(model.labels),
        f"{model.size / 1e6:.1f}",
        "" if model.f1 is None else f"{100 * model.f1:.2f}",
        model.sha256[:SHOWN],
    )
