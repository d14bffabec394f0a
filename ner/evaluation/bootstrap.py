"""COUNTS OF SENTENCES → INTERVALS: how far figures would move with other sentences of the kind.

Sentences are drawn with replacement, as many as there are, and all figures are made of each draw
(Efron & Tibshirani 1993, An Introduction to the Bootstrap). An interval runs from the 2.5th to the
97.5th percentile of the draws. Two models are compared on the same draws: p is the share of draws
whose difference is at least as far from the observed one as that is from zero, the observed one
counted in (Berg-Kirkpatrick, Burkett & Klein 2012, An Empirical Investigation of Statistical
Significance in NLP; here for differences in both directions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.evaluation.kinds import RIGHT, Match

RESAMPLES = 1_000
SEED = 1
LEVEL = 0.95
AT_ONCE = 2_000_000  # numbers drawn, so that memory stays below 100 MB

Counts = NDArray[np.int64]  # (sentences, labels + 1, 3): right, predicted, gold; the last: all
Draws = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """The F1 of another model minus that of the first, 0…1, and how sure that is."""

    f1: float
    interval: Interval
    p: float


def counts(matched: Sequence[Sequence[Match]], labels: Sequence[str]) -> Counts:
    """What strict figures are made of, for each sentence and label, and for all labels together."""
    places = {label: place for place, label in enumerate(labels)}
    made = np.zeros((len(matched), len(labels) + 1, 3), np.int64)
    for row, sentence in zip(made, matched, strict=True):
        for one in sentence:
            if one.predicted:
                row[places[one.predicted.label], 1] += 1
            if one.gold:
                row[places[one.gold.label], 2] += 1
                row[places[one.gold.label], 0] += one.kind == RIGHT
    made[:, -1] = made[:, :-1].sum(axis=1)
    return made


def resampled(made: NDArray[np.int64], *, resamples: int, seed: int) -> Draws:
    """The sums over drawn sentences: (resamples, …) of counts (sentences, …); 0 without any.

    Raises:
        ValueError: nothing is to be drawn.
    """
    if resamples < 1:
        raise ValueError(f"resamples: expected 1 or more, got {resamples}")
    size = len(made)
    if not size:
        return np.zeros((resamples, *made.shape[1:]))
    table = made.reshape(size, -1).astype(np.float64)
    draw = np.random.default_rng(seed)
    rows = max(1, AT_ONCE // size)
    sums = [
        _times(draw, min(rows, resamples - first), size) @ table
        for first in range(0, resamples, rows)
    ]
    return np.concatenate(sums).reshape(resamples, *made.shape[1:])


def _times(draw: np.random.Generator, rows: int, size: int) -> Draws:
    """How often each sentence is drawn: (rows, size)."""
    drawn = draw.integers(size, size=(rows, size)) + size * np.arange(rows)[:, None]
    return np.bincount(drawn.ravel(), minlength=rows * size).reshape(rows, size).astype(np.float64)


def figures(sums: NDArray[np.float64]) -> Draws:
    """Precision, recall and F1, (…, 3), of right, predicted and gold; 0 where undefined."""
    right, predicted, gold = (sums[..., place] for place in range(3))
    parts = ((right, predicted), (right, gold), (2 * right, predicted + gold))
    return np.stack([part / np.maximum(whole, 1) for part, whole in parts], axis=-1)


def intervals(made: Counts, *, resamples: int, seed: int = SEED) -> list[list[Interval]]:
    """Those of precision, recall and F1 for each label and, last, for all."""
    drawn = figures(resampled(made, resamples=resamples, seed=seed))
    low, high = np.percentile(drawn, _ends(), axis=0)
    return [
        [(float(a), float(b)) for a, b in zip(*ends, strict=True)]
        for ends in zip(low, high, strict=True)
    ]


def differences(
    first: Counts, other: Counts, *, resamples: int, seed: int = SEED
) -> list[Difference]:
    """How the other's F1 differs, for each label and, last, for all; of the same sentences."""
    drawn = figures(resampled(np.stack([first, other], 1), resamples=resamples, seed=seed))
    moved = drawn[:, 1, :, 2] - drawn[:, 0, :, 2]  # (resamples, labels + 1)
    seen = figures(other.sum(axis=0))[:, 2] - figures(first.sum(axis=0))[:, 2]
    far = np.abs(moved - seen) >= np.abs(seen) - 1e-12
    shares = (1 + far.sum(axis=0)) / (1 + resamples)
    ends = np.percentile(moved, _ends(), axis=0)
    return [
        Difference(float(f1), (float(low), float(high)), float(p))
        for f1, low, high, p in zip(seen, *ends, shares, strict=True)
    ]


def _ends() -> tuple[float, float]:
    return 50 * (1 - LEVEL), 50 * (1 + LEVEL)
