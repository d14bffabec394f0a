"""MARKS → THE DECODER'S SCORES: what is forced leaves no other path, what is preferred gains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ner.lattice import CLOSED, Floats, Lattice
from ner.tagging.dictionary.avoidance import avoiding
from ner.tagging.dictionary.marks import Mark
from ner.tagging.dictionary.rules import FORBID, FORCE, PREFER
from ner.tagging.dictionary.spelling import Spelling


def constrained(lattice: Lattice, marks: Sequence[Sequence[Mark]], spelling: Spelling) -> Lattice:
    """The chains whose best paths obey the marks of their sentences.

    A forced entity's tags keep their scores, and all others at its characters are closed; so what
    is left is the model's own distribution, given that the entity is there. A preferred entity's
    tags gain the bonus, shared evenly among them. Where the best path would hold a forbidden
    entity, tags are closed so that the best path among those without it is left.
    """
    emissions = lattice.emissions.copy()
    _prefer(emissions, marks, spelling)
    _force(emissions, lattice.lengths, marks, spelling)
    changed = Lattice(emissions, lattice.lengths, lattice.transitions)
    bans = {
        row: frozenset((mark.start, mark.end, mark.label) for mark in own if mark.mode == FORBID)
        for row, own in enumerate(marks)
        if any(mark.mode == FORBID for mark in own)
    }
    if not bans:
        return changed
    return Lattice(avoiding(changed, bans, spelling), lattice.lengths, lattice.transitions)


def _prefer(emissions: Floats, marks: Sequence[Sequence[Mark]], spelling: Spelling) -> None:
    """Adds the bonuses, in place."""
    for row, own in enumerate(marks):
        for mark in own:
            if mark.mode == PREFER:
                length = mark.end - mark.start
                tags = spelling.numbers(mark.label, length)
                emissions[row, np.arange(mark.start, mark.end), tags] += mark.bonus / length


def _force(
    emissions: Floats,
    lengths: NDArray[np.int64],
    marks: Sequence[Sequence[Mark]],
    spelling: Spelling,
) -> None:
    """Closes all other tags of the forced characters, in place.

    Where the tags do not mark an entity's end, it must not go on behind it either.
    """
    cells: list[tuple[int, int, int]] = []  # row, place, tag
    behind: list[tuple[int, int, int]] = []
    for row, own in enumerate(marks):
        for mark in own:
            if mark.mode != FORCE:
                continue
            tags = spelling.numbers(mark.label, mark.end - mark.start)
            cells += ((row, place, tag) for place, tag in enumerate(tags, mark.start))
            inside = spelling.going_on(mark.label)
            if inside is not None and mark.end < lengths[row]:
                behind.append((row, mark.end, inside))
    if cells:
        rows, places, numbers = np.array(cells).T
        kept = emissions[rows, places, numbers]
        emissions[rows, places] = CLOSED
        emissions[rows, places, numbers] = kept
    if behind:
        emissions[tuple(np.array(behind).T)] = CLOSED
