"""MATCHES → BINS: how often entities of a score are right, the curve of calibration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ner.evaluation.kinds import RIGHT, Match
from ner.evaluation.scores import BINS


@dataclass(frozen=True, slots=True)
class Bin:
    """Predicted entities with scores from ``low`` to below ``high``: how many, how right."""

    low: float
    high: float
    number: int
    score: float  # their mean
    right: float  # the share of them


def reliability(matched: Iterable[Match], *, bins: int = BINS) -> list[Bin] | None:
    """Bins of equal width that hold entities; None if an entity has no score, or there is none."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for one in matched:
        if one.predicted is None:
            continue
        score = one.predicted.score
        if score is None:
            return None
        held[min(int(score * bins), bins - 1)].append((score, one.kind == RIGHT))
    made = [_bin(place, inside, bins) for place, inside in enumerate(held) if inside]
    return made or None


def _bin(place: int, inside: list[tuple[float, bool]], bins: int) -> Bin:
    number = len(inside)
    score, right = (sum(column) / number for column in zip(*inside, strict=True))
    return Bin(place / bins, (place + 1) / bins, number, score, right)
