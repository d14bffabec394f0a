"""Texts to draw from, each as often as it counts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from numpy.random import Generator


class Pool:
    """Texts and how much each counts; the same whatever order they were counted in.

    Args:
        weights: of the texts, each at least 1.
    """

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._texts = sorted(weights)
        self._ends = list(accumulate(weights[text] for text in self._texts))
        self._starts = [0, *self._ends]
        self._places = {text: place for place, text in enumerate(self._texts)}

    def another(self, text: str, generator: Generator) -> str | None:
        """A text other than this one, by weight; None where there is no other."""
        total = self._starts[-1]
        own = self._places.get(text)
        start, end = (total, total) if own is None else (self._starts[own], self._ends[own])
        rest = total - (end - start)
        if not rest:
            return None
        drawn = int(generator.integers(rest))
        drawn += (end - start) if drawn >= start else 0  # over the gap that is the text's own
        return self._texts[bisect_right(self._ends, drawn)]


def another(pool: Pool | None, text: str, generator: Generator) -> str | None:
    """As ``Pool.another``, where there may be no pool at all."""
    return pool.another(text, generator) if pool else None
