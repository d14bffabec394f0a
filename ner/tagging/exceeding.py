"""LIKELY SPANS → ENTITIES: those that exceed a threshold by most in sum, none over another."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ner.lattice.likely import Likely

Tags = NDArray[np.int64]


class Candidate(NamedTuple):
    """A span that may be an entity, the tags that it would have, what its score exceeds by."""

    end: int
    start: int
    tags: Tags
    excess: float  # 0 or more


def chosen(
    likely: Iterable[Likely],
    scores: Callable[[NDArray[np.floating]], NDArray[np.floating]],
    threshold: float,
) -> Iterator[tuple[int, int, Tags]]:
    """Sentence, start and tags of each entity.

    Args:
        likely: the columns are sentences.
        scores: makes scores of probabilities.
        threshold: 0…1.
    """
    candidates = defaultdict(list)
    for sentences, starts, tags, chances in likely:
        excesses = (scores(chances) - threshold).tolist()
        rows = zip(sentences.tolist(), starts.tolist(), tags, excesses, strict=True)
        for sentence, start, own, excess in rows:
            if excess >= 0:
                candidates[sentence].append(Candidate(start + len(own), start, own, excess))
    for sentence, own in candidates.items():
        for one in apart(own):
            yield sentence, one.start, one.tags


def apart(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that overlap nowhere and exceed by most in sum (weighted interval scheduling)."""
    ordered = sorted(candidates, key=lambda one: (one.end, one.start))
    ends = [one.end for one in ordered]
    best = [0.0]  # of the first so many
    before = [bisect_right(ends, one.start, hi=place) for place, one in enumerate(ordered)]
    for one, free in zip(ordered, before, strict=True):
        best.append(max(best[-1], best[free] + one.excess))
    taken = []
    place = len(ordered)
    while place:
        one, free = ordered[place - 1], before[place - 1]
        if best[free] + one.excess >= best[place - 1]:
            taken.append(one)
            place = free
        else:
            place -= 1
    return taken[::-1]
