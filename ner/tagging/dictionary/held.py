"""BANS → HELD PATHS: what begins as a forbidden entity does, apart until it is plain what it is.

A forbidden entity is spelled by one row of tags. So a path that begins an entity where forbidden
ones of its label begin is held: as long as it may still become one of them, it is no tag's best
beginning but stands for itself, its tags being known. At every step it may end in a way that is not
forbidden, and so is free again, as it is when it has outgrown the longest of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ner.lattice.columns import Columns
from ner.lattice.transitions import Floats, Transitions
from ner.tagging.dictionary.laid import Laid, counted
from ner.tagging.dictionary.spelling import FIRST, INSIDE, LAST, Integers, Spelling


@dataclass(frozen=True, slots=True)
class Turn:
    """The steps from a place, by column."""

    steps: slice
    firsts: Integers  # (columns): where each column's begin among them
    sizes: Integers  # (columns): how many each has


@dataclass(frozen=True, slots=True)
class Held:
    """The beginnings that are held, and what becomes of each at every place where it is held."""

    columns: Integers  # (held)
    starts: Integers  # (held)
    first: Integers  # (held): the tag at the start
    inside: Integers  # (held): the tag behind it
    of: Integers  # (steps): who is at this place
    leaving: Floats  # (steps, tags): the score of going free with the next tag, −∞ where it may not
    gains: Floats  # (steps): the score of being held at the next place too
    begun: dict[int, Integers]  # place → who begins there
    turns: dict[int, Turn]  # by place

    @classmethod
    def of_bans(cls, bans: Laid, columns: Columns, chain: Transitions, spelling: Spelling) -> Held:
        """What the bans hold.

        Args:
            bans: entities of two characters or more where ends are marked; their rows are columns.
            columns: the sentences.
            chain: the other scores.
            spelling: of the tags.
        """
        size = len(columns.emissions) + 1
        keys = (bans.rows * size + bans.starts) * len(spelling.rows) + bans.labels
        keys, group = np.unique(keys, return_inverse=True)
        keys, labels = np.divmod(keys, len(spelling.rows))
        column, starts = np.divmod(keys, size)
        longest = np.zeros(len(keys), dtype=np.int64)
        np.maximum.at(longest, group, bans.ends)
        ahead = 2 if spelling.marks_ends else 1  # a tag tells whether so many places on is the end
        counts = longest - ahead - starts + 1
        of = np.arange(len(keys)).repeat(counts)
        places = starts[of] + counted(counts)
        there = places + 1 < columns.lengths[column[of]]
        of, places = of[there], places[there]
        order = np.lexsort((column[of], places))
        of, places = of[order], places[order]
        first, inside, last = (spelling.tags_of(labels, kind) for kind in (FIRST, INSIDE, LAST))
        here, on = np.where(places == starts[of], first[of], inside[of]), inside[of]
        free = ~np.isin(of * size + places + ahead, group * size + bans.ends)
        allowed = np.zeros((len(of), len(chain.start)), dtype=np.bool_)
        steps = np.arange(len(of))
        if spelling.marks_ends:
            allowed[steps, last[of]] = free
        else:
            allowed |= free[:, None]
        allowed[steps, on] = places + ahead == longest[of]
        leaving = np.where(allowed, chain.between[here], -np.inf)
        gains = chain.between[here, on] + columns.emissions[places + 1, on, column[of]]
        begun = {place: np.flatnonzero(starts == place) for place in set(starts.tolist())}
        turns = dict(_turns(places, column[of]))
        return cls(column, starts, first, inside, of, leaving, gains, begun, turns)

    def tags(self, who: Integers, place: int) -> Integers:
        """The tags of some at a place where they are held."""
        return np.where(self.starts[who] == place, self.first[who], self.inside[who])


def _turns(places: Integers, columns: Integers) -> Iterator[tuple[int, Turn]]:
    """Each place with the steps from there, which stand by place and column."""
    for start, end in _stretches(places):
        edges = np.array(list(_stretches(columns[start:end])))  # (columns, 2)
        yield int(places[start]), Turn(slice(start, end), edges[:, 0], edges[:, 1] - edges[:, 0])


def _stretches(numbers: Integers) -> Iterator[tuple[int, int]]:
    """Where stretches of like numbers, each at least 0, begin and end."""
    edges = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
    return pairwise([*edges, len(numbers)])
