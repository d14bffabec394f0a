"""A CORPUS → THE SAME WITH ERRORS IN ITS ANNOTATION, and where they are: four kinds, by a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ner.document import Document, Entity
from ner.evaluation.disagreements import BOUNDARY, LABEL, MISSING, SUPERFLUOUS

TRIES = 50  # at a place that is free for an entity


@dataclass(frozen=True, slots=True)
class Planted:
    """An error: the number of its document, the stretch that is annotated wrongly, and how."""

    document: int
    start: int
    end: int
    kind: str


# The entities of a document, the number of one of them, the labels → its entities with the error.
Plant = Callable[
    [str, Sequence[Entity], int, Sequence[str], np.random.Generator], list[Entity] | None
]


def plant(
    documents: Sequence[Document], *, share: float, seed: int
) -> tuple[list[Document], list[Planted]]:
    """The documents with an error for so large a share of their entities, kinds in turn.

    No document gets two. Documents that stand more than once are planted into like any others.
    """
    draw = np.random.default_rng(seed)
    labels = sorted({one.label for document in documents for one in document.entities})
    wanted = round(share * sum(len(one.entities) for one in documents))
    places = [(n, k) for n, one in enumerate(documents) for k in range(len(one.entities))]
    changed = list(documents)
    planted: dict[int, Planted] = {}
    for at in draw.permutation(len(places)).tolist():
        if len(planted) == wanted:
            break
        number, which = places[at]
        if number in planted:
            continue
        kind = list(PLANTS)[len(planted) % len(PLANTS)]
        before = documents[number].entities
        after = PLANTS[kind](documents[number].text, before, which, labels, draw)
        if after is not None:
            changed[number] = documents[number].with_entities(after)
            planted[number] = Planted(number, *_changed(before, after), kind)
    return changed, list(planted.values())


def _changed(before: Sequence[Entity], after: Sequence[Entity]) -> tuple[int, int]:
    """The stretch of the entities that only one of both has."""
    different = set(before) ^ set(after)
    return min(one.start for one in different), max(one.end for one in different)


def _relabelled(
    text: str, own: Sequence[Entity], which: int, labels: Sequence[str], draw: np.random.Generator
) -> list[Entity] | None:
    """The entity with another label, any."""
    others = [one for one in labels if one != own[which].label]
    if not others:
        return None
    return _with(own, which, replace(own[which], label=others[draw.integers(len(others))]))


def _left_out(
    text: str, own: Sequence[Entity], which: int, labels: Sequence[str], draw: np.random.Generator
) -> list[Entity] | None:
    """All but the entity."""
    return [*own[:which], *own[which + 1 :]]


def _shifted(
    text: str, own: Sequence[Entity], which: int, labels: Sequence[str], draw: np.random.Generator
) -> list[Entity] | None:
    """The entity with one end a character further out or in."""
    one = own[which]
    ends = [(one.start - 1, one.end), (one.start + 1, one.end)]
    ends += [(one.start, one.end - 1), (one.start, one.end + 1)]
    fitting = [
        (start, end)
        for start, end in ends
        if 0 <= start < end <= len(text) and _free([*own[:which], *own[which + 1 :]], start, end)
    ]
    if not fitting:
        return None
    start, end = fitting[draw.integers(len(fitting))]
    return _with(own, which, replace(one, text=text[start:end], start=start, end=end))


def _added(
    text: str, own: Sequence[Entity], which: int, labels: Sequence[str], draw: np.random.Generator
) -> list[Entity] | None:
    """One more entity, as long as this one and of its label, where none is."""
    one = own[which]
    size = one.end - one.start
    for start in draw.integers(max(len(text) - size, 0) + 1, size=TRIES).tolist():
        if start + size <= len(text) and _free(own, start, start + size):
            more = replace(one, text=text[start : start + size], start=start, end=start + size)
            return sorted([*own, more], key=lambda entity: entity.start)
    return None


def _free(entities: Sequence[Entity], start: int, end: int) -> bool:
    return all(one.end <= start or end <= one.start for one in entities)


def _with(own: Sequence[Entity], which: int, other: Entity) -> list[Entity]:
    return [*own[:which], other, *own[which + 1 :]]


PLANTS: dict[str, Plant] = {
    LABEL: _relabelled,
    MISSING: _left_out,
    BOUNDARY: _shifted,
    SUPERFLUOUS: _added,
}
