"""Exact answers from emissions and transitions, in NumPy: the best path, and a span's probability.

The one decoder of linear-chain scores, whatever computed them; it steps over characters, never
over sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Transitions:
    """A linear chain's scores beside the emissions, and which tags stay in one entity."""

    start: Floats  # (tags)
    end: Floats  # (tags)
    between: Floats  # (tags, tags): from the row's tag to the column's
    continues: NDArray[np.bool_]  # (tags, tags): both tags are of one entity


class Lattice:
    """The chains of a batch of sentences.

    Args:
        emissions: (batch, length, tags), anything at padding.
        lengths: (batch), each at least 1.
        transitions: the chain's other scores.
    """

    def __init__(
        self, emissions: Floats, lengths: NDArray[np.int64], transitions: Transitions
    ) -> None:
        self.emissions = np.asarray(emissions, dtype=np.float64)
        self.lengths = lengths
        self.transitions = transitions

    @cached_property
    def tags(self) -> list[list[int]]:
        """The best path of each sentence (Viterbi 1967)."""
        batch, length, tags = self.emissions.shape
        rows = np.arange(batch)
        back = np.tile(np.arange(tags), (length, batch, 1))  # (length, batch, tags)
        score = self.transitions.start + self.emissions[:, 0]  # (batch, tags)
        for place in range(1, length):
            paths = score[:, :, None] + self.transitions.between  # (batch, tags, tags)
            real = (place < self.lengths)[:, None]
            best = paths.argmax(axis=1)  # (batch, tags)
            stepped = np.take_along_axis(paths, best[:, None], axis=1)[:, 0]
            score = np.where(real, stepped + self.emissions[:, place], score)
            back[place] = np.where(real, best, back[place])
        path = np.empty((length, batch), dtype=np.int64)
        path[-1] = (score + self.transitions.end).argmax(axis=1)
        for place in range(length - 1, 0, -1):
            path[place - 1] = back[place, rows, path[place]]
        pairs = zip(path.T.tolist(), self.lengths.tolist(), strict=True)
        return [one[:real] for one, real in pairs]

    def probability(self, sentence: int, start: int, end: int) -> float:
        """That the characters ``start…end`` of a sentence are one entity with its best path's tags.

        The sum over all paths that have these tags there and do not go on with the same entity.
        """
        path = self.tags[sentence][start:end]
        emissions, between = self.emissions[sentence], self.transitions.between
        score = self._forward[start, sentence, path[0]]
        for place, (before, after) in enumerate(zip(path, path[1:], strict=False), start + 1):
            score += between[before, after] + emissions[place, after]
        last = path[-1]
        if end == self.lengths[sentence]:
            tail = self.transitions.end[last]
        else:
            following = between[last] + emissions[end] + self._backward[end, sentence]
            leaves = ~self.transitions.continues[last]
            tail = _log_sum(following[leaves], axis=0)
        return float(np.exp(min(score + tail - self._total[sentence], 0.0)))

    @cached_property
    def _forward(self) -> Floats:
        """Log sums of all beginnings that arrive at a tag, its emission included."""
        forward = np.empty(self._turned.shape)  # (length, batch, tags)
        forward[0] = self.transitions.start + self._turned[0]
        for place in range(1, len(forward)):
            paths = forward[place - 1][:, :, None] + self.transitions.between
            forward[place] = _log_sum(paths, axis=1) + self._turned[place]
        return forward

    @cached_property
    def _backward(self) -> Floats:
        """Log sums of all ends that leave a tag, its own emission not included."""
        backward = np.empty(self._turned.shape)  # (length, batch, tags)
        backward[-1] = self.transitions.end
        for place in range(len(backward) - 2, -1, -1):
            after = self._turned[place + 1] + backward[place + 1]  # (batch, tags)
            paths = _log_sum(self.transitions.between + after[:, None, :], axis=2)
            inside = (place + 1 < self.lengths)[:, None]
            backward[place] = np.where(inside, paths, self.transitions.end)
        return backward

    @cached_property
    def _total(self) -> Floats:
        """The log sum of all paths of each sentence."""
        last = self._forward[self.lengths - 1, np.arange(len(self.lengths))]  # (batch, tags)
        return _log_sum(last + self.transitions.end, axis=1)

    @cached_property
    def _turned(self) -> Floats:
        return np.swapaxes(self.emissions, 0, 1)  # (length, batch, tags)


def _log_sum(values: Floats, *, axis: int) -> Floats:
    highest = values.max(axis=axis, keepdims=True)
    summed = np.log(np.exp(values - highest).sum(axis=axis))
    return np.asarray(summed + highest.squeeze(axis))
