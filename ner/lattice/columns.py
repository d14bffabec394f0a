"""The emissions of sentences side by side, the longest first, so that ended ones drop out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.lattice.transitions import Floats

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Columns:
    """A column for each sentence.

    Every array of a step is (tags, batch) or (tags, tags, batch): the batch is what NumPy runs
    over without a stop, and a sum or a maximum over tags adds or compares whole rows.
    """

    emissions: Floats  # (length, tags, batch)
    active: list[int]  # (length): so many columns, the first ones, have a character there
    order: Integers  # (batch): which sentence each column is

    @classmethod
    def of(cls, emissions: Floats, lengths: Integers, sentences: Integers) -> Columns:
        """The columns of some sentences of (batch, length, tags) emissions."""
        order = sentences[np.argsort(-lengths[sentences], kind="stable")]
        own = lengths[order]
        length = int(own[0]) if len(own) else 0
        turned = np.ascontiguousarray(emissions[order, :length].transpose(1, 2, 0))
        active = (own > np.arange(length)[:, None]).sum(axis=1)
        return cls(turned, active.tolist(), order)

    @property
    def lengths(self) -> Integers:
        """The characters of each column."""
        found: Integers = (np.array(self.active)[:, None] > np.arange(len(self.order))).sum(axis=0)
        return found

    def backwards(self) -> Iterator[tuple[int, int, int]]:
        """From the last place on: the place, how many columns go on behind it, how many are there.

        So the columns from the first of the two numbers to the second end there.
        """
        behind = [*self.active[1:], 0]
        for place in range(len(self.active) - 1, -1, -1):
            yield place, behind[place], self.active[place]
