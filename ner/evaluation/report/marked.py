"""A SENTENCE → its text with what is annotated and what was found, row above row, as elements.

The text is cut where an entity of any row begins or ends. A piece names the rows that cover it:
``g`` is gold, ``p`` the first model, ``q`` the second, each with the number of the label, whose
name stands at the entity's first piece; ``x`` marks what belongs to an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from ner.document import Entity
from ner.evaluation.wrong import Stretch
from ner.pages.markup import harmless
from ner.printing import printable

ROWS = "gpq"
WIDEST = 8  # characters of a piece, since a piece is never broken between two lines

Row = dict[int, Entity]  # place of a character → the entity that covers it


def marked(stretch: Stretch, numbers: Mapping[str, int]) -> str:
    """The text as HTML.

    Args:
        stretch: the sentence and what each model found in it.
        numbers: of the labels.
    """
    gold = (one.gold for one in stretch.models[0])
    found = ((one.predicted for one in matched) for matched in stretch.models)
    rows = [_row(entities) for entities in (gold, *found)]
    wrong = _wrong(stretch)
    return "".join(
        _piece(stretch.text[start:end], start, rows, numbers, wrong)
        for start, end in pairwise(_cuts(stretch.text, rows))
    )


def _row(entities: Iterable[Entity | None]) -> Row:
    return {place: one for one in entities if one for place in range(one.start, one.end)}


def _wrong(stretch: Stretch) -> set[int]:
    """The characters of all entities that are part of an error."""
    return {
        place
        for one in stretch.wrong
        for entity in (one.gold, one.predicted)
        if entity
        for place in range(entity.start, entity.end)
    }


def _cuts(text: str, rows: list[Row]) -> list[int]:
    """Where pieces begin, and the end of the text."""
    cuts, width = [0], 0
    for place in range(1, len(text)):
        before, here = ([row.get(at) for row in rows] for at in (place - 1, place))
        width += len(printable(text[place - 1]))
        fresh = any(one is not two for one, two in zip(before, here, strict=True))
        full = width + len(printable(text[place])) > WIDEST and any(here)
        if fresh or full:
            cuts.append(place)
            width = 0
    return [*cuts, len(text)]


def _piece(
    text: str, start: int, rows: list[Row], numbers: Mapping[str, int], wrong: set[int]
) -> str:
    shown = harmless(text, len(text))
    covering = [(name, row[start]) for name, row in zip(ROWS, rows, strict=False) if start in row]
    if not covering:
        return shown
    names = " ".join(f"{name} {name}{numbers[one.label]}" for name, one in covering)
    labels = "".join(
        f' data-{name}="{harmless(one.label)}"' for name, one in covering if one.start == start
    )
    return f'<b class="{names}{" x" if start in wrong else ""}"{labels}>{shown}</b>'
