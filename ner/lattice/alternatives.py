"""The best paths of each sentence and the next best ones, exactly, legal ones only."""

from __future__ import annotations

import numpy as np

from ner.lattice.columns import Columns, Integers
from ner.lattice.transitions import Floats, Transitions, is_closed


def n_best(columns: Columns, chain: Transitions, count: int) -> tuple[Integers, Floats]:
    """The ``count`` best paths of each column, (length, count, batch), and their scores.

    The scores are (count, batch), from the best; −∞ where a sentence has no further legal path.
    Viterbi with ``count`` beginnings for each tag instead of one (Schwartz & Chow 1990, The N-best
    algorithm); O(length · tags² · count · log) time.
    """
    start, end, between = (
        np.where(is_closed(part), -np.inf, part) for part in (chain.start, chain.end, chain.between)
    )
    scores, back = _beginnings(columns, start, between, count)
    length, _, tags, batch = back.shape
    paths = np.zeros((length, count, batch), dtype=np.int64)
    kept = np.zeros((count, batch), dtype=np.int64)  # tag × count + rank, of each path at a place
    totals = np.full((count, batch), -np.inf)
    for place, behind, here in columns.backwards():
        if behind:
            went = np.take_along_axis(
                back[place + 1, :, :, :behind].reshape(count * tags, behind),
                kept[:, :behind] % count * tags + kept[:, :behind] // count,
                axis=0,
            )
            kept[:, :behind] = went
        if here > behind:
            finals = scores[place, :, :, behind:here] + end[:, None, None]
            kept[:, behind:here], totals[:, behind:here] = _top(
                finals.reshape(tags * count, here - behind), count
            )
        paths[place, :, :here] = kept[:, :here] // count
    return paths, totals


def _beginnings(
    columns: Columns, start: Floats, between: Floats, count: int
) -> tuple[Floats, Integers]:
    """The best beginnings that end with each tag, and where each came from.

    Returns:
        Scores (length, tags, count, batch), and the tag × count + rank before, (length, count,
        tags, batch).
    """
    emissions = columns.emissions
    length, tags, batch = emissions.shape
    scores = np.full((length, tags, count, batch), -np.inf)
    back = np.zeros((length, count, tags, batch), dtype=np.int64)
    if length:
        scores[0, :, 0] = start[:, None] + emissions[0]
    for place in range(1, length):
        here = columns.active[place]
        before = scores[place - 1, :, :, :here]  # (tags, count, here)
        paths = before[:, :, None] + between[:, None, :, None]  # (tags, count, tags, here)
        back[place, ..., :here], best = _top(paths.reshape(tags * count, tags, here), count)
        best = best + emissions[place, :, :here]  # (count, tags, here)
        scores[place, :, :, :here] = best.swapaxes(0, 1)
    return scores, back


def _top(scores: Floats, count: int) -> tuple[Integers, Floats]:
    """The places and the values of the ``count`` highest along the first axis, in order."""
    order = np.argsort(-scores, axis=0, kind="stable")[:count]
    return order, np.take_along_axis(scores, order, axis=0)
