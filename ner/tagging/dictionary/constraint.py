"""MARKS → THE DECODER'S SCORES: what is forced leaves no other path, what is preferred gains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ner.lattice import CLOSED, Lattice
from ner.lattice.transitions import Floats
from ner.tagging.dictionary.avoidance import avoiding
from ner.tagging.dictionary.laid import Laid
from ner.tagging.dictionary.rules import FORBID, FORCE, PREFER
from ner.tagging.dictionary.spelling import NONE, Integers, Spelling


def constrained(lattice: Lattice, laid: Mapping[str, Laid], spelling: Spelling) -> Lattice:
    """The chains whose best paths obey the marks of their sentences.

    A forced entity's tags keep their scores, and all others at its characters are closed; so what
    is left is the model's own distribution, given that the entity is there. A preferred entity's
    tags gain the bonus, shared evenly among them. Where the best path would hold a forbidden
    entity, tags are closed so that the best path among those without it is left.

    Args:
        lattice: of all sentences.
        laid: the marks in them, by mode.
        spelling: of the tags.
    """
    preferred, forced = laid[PREFER], laid[FORCE]
    if len(preferred) or len(forced):
        emissions = lattice.emissions.copy()
        _prefer(emissions, preferred, spelling)
        _force(emissions, forced, lattice.lengths, spelling)
        lattice = lattice.with_emissions(emissions)
    return avoiding(lattice, laid[FORBID], spelling)


def covered(forced: Laid, sentences: int, length: int) -> NDArray[np.bool_] | None:
    """Which characters are forced, (sentences, length); None where none is."""
    if not len(forced):
        return None
    edges = np.zeros((sentences, length + 1), dtype=np.int8)
    np.add.at(edges, (forced.rows, forced.starts), 1)
    np.subtract.at(edges, (forced.rows, forced.ends), 1)
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
