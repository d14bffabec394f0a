"""The best path among those that hold no forbidden entity, exactly, and a chain that has it.

Only sentences whose own best path holds a forbidden entity are decoded again, all of a batch side
by side, with what begins as a forbidden entity held apart (``held``, ``free_paths``). What no
sensible path holds need not be: should a path come out that has such an entity nevertheless, its
sentence is decoded once more, with all of them held. Then of each forbidden entity a tag is closed
that the path lacks: no path has the entity any more, and the path is still there, so it is the
best of what is left.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ner.lattice import CLOSED, Lattice
from ner.lattice.columns import Columns
from ner.lattice.transitions import Floats
from ner.tagging.dictionary.free_paths import best_free_paths
from ner.tagging.dictionary.held import Held
from ner.tagging.dictionary.laid import Laid
from ner.tagging.dictionary.spelling import SINGLE, Integers, Spelling

FAR = 5.0  # a tag's distance from the best of its character that no sensible path bridges


def avoiding(lattice: Lattice, bans: Laid, spelling: Spelling) -> Lattice:
    """The chains with what must be closed where a best path holds what it must not.

    A sentence that has no legal path without is left as it is.

    Args:
        lattice: of all sentences.
        bans: entities that must not be.
        spelling: of the tags.
    """
    if not len(bans):
        return lattice
    rows = _breaking(lattice.path, lattice.lengths, bans, spelling)
    if not len(rows):
        return lattice
    bans = bans[np.isin(bans.rows, rows)]
    found, totals = _without(lattice, rows, bans, spelling)
    own = lattice.path[rows]
    possible = totals > _scores(lattice, rows, own) + CLOSED / 2  # else something closed is on it
    rows, bans = rows[possible], bans[np.isin(bans.rows, rows[possible])]
    path = lattice.path.copy()
    path[rows] = found[possible]
    emissions: Floats = lattice.emissions.copy()
    _close(emissions, bans, path, spelling)
    return lattice.with_emissions(emissions, path)


def _breaking(path: Integers, lengths: Integers, bans: Laid, spelling: Spelling) -> Integers:
    """The rows of paths, (batch, length), that hold a forbidden entity of theirs."""
    found = spelling.find(path, lengths)
    shape = (*path.shape, path.shape[1] + 1, len(spelling.rows))
    spans = (found.sentences, found.starts, found.ends, found.labels)
    forbidden = np.ravel_multi_index((bans.rows, bans.starts, bans.ends, bans.labels), shape)
    return np.unique(found.sentences[np.isin(np.ravel_multi_index(spans, shape), forbidden)])


def _without(
    lattice: Lattice, rows: Integers, bans: Laid, spelling: Spelling
) -> tuple[Integers, Floats]:
    """The best paths of these rows without what is forbidden, (rows, length), and their scores."""
    found, totals = _holding(lattice, rows, _sensible(lattice, bans, spelling), spelling)
    own = replace(bans, rows=np.searchsorted(rows, bans.rows))
    again = _breaking(found, lattice.lengths[rows], own, spelling)
    if len(again):
        own = bans[np.isin(bans.rows, rows[again])]
        found[again], totals[again] = _holding(lattice, rows[again], own, spelling)
    return found, totals


def _sensible(lattice: Lattice, bans: Laid, spelling: Spelling) -> Laid:
    """Those all of whose tags are within reach of the best tags of their characters."""
    rows, places, tags = bans.cells(spelling)
    doubts = lattice.emissions[rows, places, tags] - lattice.emissions[rows, places].max(axis=1)
    firsts = np.cumsum(bans.lengths) - bans.lengths
    return bans[np.minimum.reduceat(doubts, firsts) > -FAR]


def _holding(
    lattice: Lattice, rows: Integers, bans: Laid, spelling: Spelling
) -> tuple[Integers, Floats]:
    """The best paths of these rows without these bans, (rows, length), and their scores."""
    columns = Columns.of(lattice.emissions, lattice.lengths, rows)
    places = np.argsort(columns.order)  # the column of each row, since rows ascend
    bans = replace(bans, rows=places[np.searchsorted(rows, bans.rows)])
    if spelling.marks_ends:
        single = bans.lengths == 1
        alone = bans[single]
        tags = spelling.tags_of(alone.labels, SINGLE)
        columns.emissions[alone.starts, tags, alone.rows] = -np.inf
        bans = bans[~single]
    held = Held.of_bans(bans, columns, lattice.transitions, spelling)
    path, totals = best_free_paths(columns, lattice.transitions, held)
    found = np.zeros((len(rows), lattice.path.shape[1]), dtype=np.int64)
    found[:, : len(path)] = path.T[places]
    return found, totals[places]


def _scores(lattice: Lattice, rows: Integers, path: Integers) -> Floats:
    """The score of a path of each of these rows, (rows)."""
    chain, lengths = lattice.transitions, lattice.lengths[rows]
    emitted = np.take_along_axis(lattice.emissions[rows], path[..., None], axis=2)[..., 0]
    steps = chain.between[path[:, :-1], path[:, 1:]]
    steps[np.arange(1, path.shape[1]) >= lengths[:, None]] = 0
    ends = chain.start[path[:, 0]] + chain.end[path[np.arange(len(rows)), lengths - 1]]
    found: Floats = ends + emitted.sum(axis=1) + steps.sum(axis=1)
    return found


def _close(emissions: Floats, bans: Laid, path: Integers, spelling: Spelling) -> None:
    """Closes of each forbidden entity the least likely of the tags that its path lacks, in place.

    Where ends are not marked, a path may have all of them and go on: then it must go on.
    """
    rows, places, tags = bans.cells(spelling)
    doubts = emissions[rows, places, tags] - emissions[rows, places].max(axis=1)
    doubts[path[rows, places] == tags] = np.inf
    firsts = np.cumsum(bans.lengths) - bans.lengths
    of = np.arange(len(bans)).repeat(bans.lengths)
    chosen = np.lexsort((doubts, of))[firsts]
    longer = ~np.isfinite(doubts[chosen])
    cells = chosen[~longer]
    emissions[rows[cells], places[cells], tags[cells]] = CLOSED
    on = bans[longer]
    inside = spelling.going_on(on.labels)
    kept = emissions[on.rows, on.ends, inside]
    emissions[on.rows, on.ends] = CLOSED
    emissions[on.rows, on.ends, inside] = kept
