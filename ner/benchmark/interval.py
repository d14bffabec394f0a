"""The median of repeated measurements, with an interval by order statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median
from typing import Any

WANTED = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A median, and the measured values between which the true median lies.

    ``coverage`` is the probability of that, whatever the distribution of the values: at least 0.95
    from six values on, less where there are fewer.
    """

    median: float
    low: float
    high: float
    coverage: float
    values: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, the values in the order in which they were measured."""
        ends = {"median": self.median, "low": self.low, "high": self.high}
        return {**ends, "coverage": round(self.coverage, 4), "values": list(self.values)}


def interval(values: Sequence[float]) -> Interval:
    """The median, and the narrowest pair of k-th lowest and k-th highest value that covers it.

    The true median is below the k-th lowest of n independent values if fewer than k of them are
    below it, which is binomial: coverage = 1 − 2 · Σ_{i<k} C(n, i) / 2ⁿ (David & Nagaraja 2003,
    Order Statistics, 7.1). Of one value it is 0.

    Raises:
        ValueError: there is no value.
    """
    if not values:
        raise ValueError("an interval needs at least one value")
    ordered, count = sorted(values), len(values)
    rank = 1
    while 2 * (rank + 1) <= count and coverage(count, rank + 1) >= WANTED:
        rank += 1
    low, high = ordered[rank - 1], ordered[count - rank]
    return Interval(median(ordered), low, high, coverage(count, rank), tuple(values))


def coverage(count: int, rank: int) -> float:
    """How probably the median lies between the ``rank``-th lowest and highest of so many values."""
    return float(1 - 2 * sum(comb(count, below) for below in range(rank)) / 2**count)
