"""How probable spans of paths are, by forward–backward over probabilities (Rabiner 1989)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner.lattice.columns import Columns, Integers
from ner.lattice.transitions import Floats, Transitions


@dataclass(frozen=True, slots=True)
class Shares:
    """What all paths together give to each tag; ``reached`` × ``leaving`` are the marginals."""

    steps: Floats  # (tags, tags): the transitions' exponentials
    local: Floats  # (length, tags, batch): the emissions', divided so that ``reached`` sums to 1
    reached: Floats  # (length, tags, batch): each tag's share of all beginnings that arrive there
    leaving: Floats  # (length, tags, batch): how likely each tag's ends are

    @classmethod
    def of(cls, columns: Columns, chain: Transitions) -> Shares:
        """The shares in the columns' sentences; nothing behind a sentence's end means anything."""
        steps = np.exp(chain.between)
        emissions = columns.emissions
        local = np.exp(emissions - emissions.max(axis=1, keepdims=True))
        reached = _reached(columns, local, steps, np.exp(chain.start))
        return cls(
            steps, local, reached, _leaving(columns, local, reached, steps, np.exp(chain.end))
        )

    def spans(
        self, path: Integers, chain: Transitions, ends: Integers, spans: tuple[Integers, ...]
    ) -> Floats:
        """That spans of columns are one entity each, with these tags and no more, (spans).

        Args:
            path: (length, batch), the columns' tags.
            chain: says which tags stay in one entity.
            ends: (batch), the columns' lengths.
            spans: their columns, starts and ends, (spans) each.
        """
        column, start, end = spans
        share = self.reached[start, path[start, column], column] * self._inside(path, spans)
        left = self.left(chain, ends, column, end, path[end - 1, column])
        return np.minimum(share * left, 1.0)

    def left(
        self, chain: Transitions, ends: Integers, column: Integers, end: Integers, last: Integers
    ) -> Floats:
        """What is left to spans that end with these tags and whose entity does not go on, (spans).

        Args:
            chain: says which tags stay in one entity.
            ends: (batch), the columns' lengths.
            column: (spans), of each span.
            end: (spans), the place behind each.
            last: (spans), the last tag of each.
        """
        at_end = end == ends[column]
        leaving = self.leaving[end - 1, last, column]
        after = np.where(at_end, end - 1, end)
        entered = self.steps[last] * (self.local[after, :, column] * self.leaving[after, :, column])
        left = np.where(chain.continues[last], 0.0, entered).sum(axis=1)
        return np.asarray(np.where(at_end, leaving, left))

    def pairs(self, place: int, here: int) -> Floats:
        """That two tags stand at a place and before it, (tags × tags, here) in the first columns.

        The first place has its own tags alone, (tags, here).
        """
        if not place:
            return self.reached[0, :, :here] * self.leaving[0, :, :here]
        entered = self.local[place, :, :here] * self.leaving[place, :, :here]  # (tags, here)
        before = self.reached[place - 1, :, None, :here]  # (tags, 1, here)
        found: Floats = before * self.steps[:, :, None] * entered  # (tags, tags, here)
        return found.reshape(-1, here)

    def _inside(self, path: Integers, spans: tuple[Integers, ...]) -> Floats:
        """The product of the steps between the characters of each span, (spans)."""
        column, start, end = spans
        counts = end - start - 1
        several = np.flatnonzero(counts)
        products = np.ones(len(counts))
        if len(several):
            counts = counts[several]
            first = np.cumsum(counts) - counts  # where each span's steps begin among all
            place = np.arange(counts.sum()) + np.repeat(start[several] + 1 - first, counts)
            of = np.repeat(column[several], counts)
            after = path[place, of]
            taken = self.steps[path[place - 1, of], after] * self.local[place, after, of]
            products[several] = np.multiply.reduceat(taken, first)
        return products


def _reached(columns: Columns, local: Floats, steps: Floats, start: Floats) -> Floats:
    """Forward; divides ``local`` by what each place's shares would sum to."""
    reached, into = np.empty_like(local), np.ascontiguousarray(steps.T)
    for place, here in enumerate(columns.active):
        share, own = reached[place, :, :here], local[place, :, :here]
        if place:
            np.matmul(into, reached[place - 1, :, :here], out=share)
            share *= own
        else:
            np.multiply(own, start[:, None], out=share)
        scale = np.add.reduce(share, axis=0)
        share /= scale
        own /= scale
    return reached


def _leaving(
    columns: Columns, local: Floats, reached: Floats, steps: Floats, end: Floats
) -> Floats:
    """Backward, by the scales of the way forward."""
    leaving = np.empty_like(local)
    for place, behind, here in columns.backwards():
        if behind:
            entered = local[place + 1, :, :behind] * leaving[place + 1, :, :behind]
            np.matmul(steps, entered, out=leaving[place, :, :behind])
        if here > behind:
            final = end @ reached[place, :, behind:here]  # (columns that end there)
            np.divide(end[:, None], final, out=leaving[place, :, behind:here])
    return leaving
