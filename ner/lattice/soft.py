"""The probable pairs of neighbouring tags, for other models to learn from."""

from __future__ import annotations

import numpy as np

from ner.features.soft import SoftTags, number_type
from ner.lattice.columns import Columns
from ner.lattice.forward_backward import Shares
from ner.lattice.transitions import Transitions


def soft_tags(columns: Columns, chain: Transitions, *, least: float) -> list[SoftTags]:
    """The pairs of each column that are more probable than ``least``; one at least a character."""
    shares = Shares.of(columns, chain)
    parts = []
    for place, here in enumerate(columns.active):
        flat = shares.pairs(place, here)  # (pairs, here)
        column, pair = np.nonzero(((flat > least) | (flat >= flat.max(axis=0))).T)
        parts.append((column, np.full(len(column), place), pair, flat[pair, column]))
    rows, places, pairs, probabilities = map(np.concatenate, zip(*parts, strict=True))
    order = np.lexsort((places, rows))  # stable: the pairs of a character stay in order
    whole = number_type(len(chain.start))
    length = len(columns.active)
    counts = np.bincount(rows * length + places, minlength=len(columns.order) * length)
    lengths = (counts.reshape(-1, length) > 0).sum(axis=1)  # of the columns
    ends = np.bincount(rows, minlength=len(columns.order)).cumsum()
    numbers, chances = pairs[order].astype(whole), probabilities[order].astype(np.float16)
    return [
        SoftTags(
            len(chain.start),
            counts[at * length : at * length + lengths[at]].astype(whole),
            numbers[start:end],
            chances[start:end],
        )
        for at, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True))
    ]
