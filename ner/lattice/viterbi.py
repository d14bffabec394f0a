"""The best path of each sentence (Viterbi 1967)."""

from __future__ import annotations

import numpy as np

from ner.lattice.columns import Columns, Integers
from ner.lattice.transitions import Floats, Transitions

FRESH = 16  # places after which scores count from 0 again, so that few bits tell them apart


def best_paths(columns: Columns, chain: Transitions) -> Integers:
    """The tags of each column, (length, batch), 0 behind its end; of equal ones the first.

    Only the scores are kept on the way forward. On the way back the one step that each path takes
    is found again from the same sums: cheaper than remembering the best step into every tag.
    All is computed in the emissions' own precision.
    """
    kind = columns.emissions.dtype
    between, end = chain.between.astype(kind), chain.end.astype(kind)
    scores = _best_scores(columns, chain.start.astype(kind), between)
    path = np.zeros((len(scores), len(columns.order)), dtype=np.int64)
    into = np.ascontiguousarray(between.T)  # (tags, tags): to the row's tag
    for place, behind, here in columns.backwards():
        score = scores[place]
        if behind:
            steps = score[:, :behind] + into[path[place + 1, :behind]].T  # (tags, behind)
            steps.argmax(axis=0, out=path[place, :behind])
        if here > behind:
            ends = score[:, behind:here] + end[:, None]
            ends.argmax(axis=0, out=path[place, behind:here])
    return path


def _best_scores(columns: Columns, start: Floats, between: Floats) -> Floats:
    """The score of the best beginning that ends with each tag, (length, tags, batch).

    Scores of one place count from the same number, which is not that of other places.
    """
    emissions = columns.emissions
    length, tags, batch = emissions.shape
    scores = np.empty_like(emissions)
    paths = np.empty((tags, tags, batch), dtype=emissions.dtype)
    between = between[:, :, None]  # (tags, tags, 1)
    if length:
        np.add(emissions[0], start[:, None], out=scores[0])
    for place in range(1, length):
        here = columns.active[place]
        before, score, steps = (
            scores[place - 1, :, :here],
            scores[place, :, :here],
            paths[..., :here],
        )
        np.add(before[:, None], between, out=steps)
        np.maximum.reduce(steps, axis=0, out=score)
        score += emissions[place, :, :here]
        if not place % FRESH:
            score -= np.maximum.reduce(score, axis=0)
    return scores
