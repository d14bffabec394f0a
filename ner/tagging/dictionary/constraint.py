"""MARKS → THE DECODER'S SCORES: what is forced leaves no other path, what is preferred gains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ner.lattice import CLOSED, Lattice
from ner.lattice.transitions import Floats
from ner.tagging.dictionary.avoidance import avoiding
from ner.tagging.dictionary.laid import Laid
from ner.tagging.dictionary.marks import Mark
from ner.tagging.dictionary.rules import FORBID, FORCE, PREFER
from ner.tagging.dictionary.spelling import NONE, Integers, Spelling


def constrained(lattice: Lattice, marks: Sequence[Sequence[Mark]], spelling: Spelling) -> Lattice:
    """The chains whose best paths obey the marks of their sentences.

    A forced entity's tags keep their scores, and all others at its characters are closed; so what
    is left is the model's own distribution, given that the entity is there. A preferred entity's
    tags gain the bonus, shared evenly among them. Where the best path would hold a forbidden
    entity, tags are closed so that the best path among those without it is left.
    """
    laid = Laid.by_mode(marks, spelling)
    if len(laid[PREFER]) or len(laid[FORCE]):
        emissions = lattice.emissions.copy()
        _prefer(emissions, laid[PREFER], spelling)
        _force(emissions, laid[FORCE], lattice.lengths, spelling)
        lattice = lattice.with_emissions(emissions)
    return avoiding(lattice, laid[FORBID], spelling)


def covered(marks: Sequence[Sequence[Mark]], length: int) -> NDArray[np.bool_] | None:
    """Which characters are forced, (batch, length); None where none is."""
    spans = [
        (row, *mark[:2]) for row, own in enumerate(marks) for mark in own if mark.mode == FORCE
    ]
    if not spans:
        return None
    edges = np.zeros((len(marks), length + 1), dtype=np.int8)
    rows, starts, ends = np.array(spans).T
    np.add.at(edges, (rows, starts), 1)
    np.subtract.at(edges, (rows, ends), 1)
    return np.asarray(edges.cumsum(axis=1, dtype=np.int8)[:, :-1] > 0)


def _prefer(emissions: Floats, laid: Laid, spelling: Spelling) -> None:
    """Adds the bonuses, in place."""
    emissions[laid.cells(spelling)] += (laid.bonuses / laid.lengths).repeat(laid.lengths)


def _force(emissions: Floats, laid: Laid, lengths: Integers, spelling: Spelling) -> None:
    """Closes all other tags of the forced characters, in place.

    Where the tags do not mark an entity's end, it must not go on behind it either.
    """
    cells = laid.cells(spelling)
    kept = emissions[cells]
    emissions[cells[:2]] = CLOSED
    emissions[cells] = kept
    inside = spelling.going_on(laid.labels)
    behind = (inside != NONE) & (laid.ends < lengths[laid.rows])
    emissions[laid.rows[behind], laid.ends[behind], inside[behind]] = CLOSED
