"""Stretches of places, computed side by side: a step for all that still go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.features.texts import Integers


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps through rows, the longest row first: step by step, of each step row by row."""

    counts: Integers  # (longest), how many rows have this step
    rows: Integers  # (all), the row of each
    steps: Integers  # (all), 0…length-1

    @classmethod
    def of(cls, lengths: Integers) -> tuple[Integers, Steps]:
        """The order of rows of these lengths, 1 or more, and the steps through them."""
        order = np.argsort(-lengths, kind="stable")
        ended = np.bincount(lengths)[:-1].cumsum()  # before each step
        counts = len(lengths) - ended
        bounds = counts.cumsum()
        rows = np.arange(bounds[-1]) - (bounds - counts).repeat(counts)
        return order, cls(counts, rows, np.arange(len(counts)).repeat(counts))

    @property
    def bounds(self) -> Integers:
        """Where each step begins, and where the last one ends."""
        return np.concatenate([[0], self.counts.cumsum()])


def stretches(inside: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Where the stretches of places that are inside begin, and where they have ended."""
    framed = np.zeros(len(inside) + 2, dtype=np.bool_)
    framed[1:-1] = inside
    edges = (framed[1:] != framed[:-1]).nonzero()[0]
    return edges[::2], edges[1::2]


def sizes_between(starts: Integers, end: int) -> Integers:
    """How far it is from each start to the next one, and from the last to the end."""
    ends = np.empty_like(starts)
    ends[:-1], ends[-1:] = starts[1:], end
    return ends - starts
