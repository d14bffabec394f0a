"""Exact answers from emissions and transitions, in NumPy: the best path, and a span's probability.

The one decoder of linear-chain scores, whatever computed them; it steps over characters, never
over sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

CLOSED = -10_000.0  # the score of what must not be


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
        real = np.arange(emissions.shape[1]) < lengths[:, None]  # (batch, length)
        self.emissions = np.where(real[..., None], emissions, 0).astype(np.float64)
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
        local, scales = (
            self._local[:, sentence],
            self._scales[:, sentence],
        )  # (length, tags), (length)
        share = self._reached[start, sentence, path[0]]
        for place, (before, after) in enumerate(zip(path, path[1:], strict=False), start + 1):
            share *= self._steps[before, after] * local[place, after] / scales[place]
        last = path[-1]
        if end == self.lengths[sentence]:
            return float(min(share * self._leaving[end - 1, sentence, last], 1.0))
        entered = self._steps[last] * local[end] * self._leaving[end, sentence] / scales[end]
        return float(min(share * entered[~self.transitions.continues[last]].sum(), 1.0))

    # Forward–backward over probabilities (Rabiner 1989): each row of `_reached` sums to 1, and what
    # it was divided by to get there is in `_scales`; `_reached` × `_leaving` are the marginals.

    @cached_property
    def _steps(self) -> Floats:
        return np.exp(self.transitions.between)  # (tags, tags)

    @cached_property
    def _local(self) -> Floats:
        """The emissions' exponentials, the highest of each character 1; (length, batch, tags)."""
        emissions = np.swapaxes(self.emissions, 0, 1)
        return np.asarray(np.exp(emissions - emissions.max(axis=-1, keepdims=True)))

    @cached_property
    def _reached(self) -> Floats:
        """The share of each tag among all beginnings that arrive there, (length, batch, tags)."""
        reached = np.exp(self.transitions.start) * self._local  # the first row is right
        reached[0] /= reached[0].sum(axis=-1, keepdims=True)
        for place in range(1, len(reached)):
            arriving = reached[place - 1] @ self._steps * self._local[place]  # (batch, tags)
            reached[place] = arriving / arriving.sum(axis=-1, keepdims=True)
        return reached

    @cached_property
    def _scales(self) -> Floats:
        """What each row of ``_reached`` but the first was divided by, (length, batch)."""
        arriving = self._reached[:-1] @ self._steps * self._local[1:]  # (length - 1, batch, tags)
        return np.concatenate([np.ones((1, len(self.lengths))), arriving.sum(axis=-1)])

    @cached_property
    def _leaving(self) -> Floats:
        """How likely each tag's ends are, as ``_reached`` counts; (length, batch, tags)."""
        length = len(self._reached)
        ends = np.exp(self.transitions.end)  # (tags)
        final = self._reached[self.lengths - 1, np.arange(len(self.lengths))] @ ends  # (batch)
        last = ends / final[:, None]  # (batch, tags)
        leaving = np.empty_like(self._reached)
        leaving[-1] = last
        for place in range(length - 2, -1, -1):
            entered = self._local[place + 1] * leaving[place + 1] / self._scales[place + 1, :, None]
            inside = (place + 1 < self.lengths)[:, None]
            leaving[place] = np.where(inside, entered @ self._steps.T, last)
        return leaving


def pooled(lattices: Sequence[Lattice]) -> Lattice:
    """The chains whose scores are the means of those of several models for the same sentences.

    A path's score is a sum of emissions and transitions, so the mean of the scores is the
    logarithmic opinion pool of the models, p(path) ∝ Π pₘ(path)^(1/k) (Smith, Cohn & Osborne
    2005, Logarithmic Opinion Pools for Conditional Random Fields), exactly and for the price of a
    single chain. What is closed in each of them stays closed.
    """
    chains = [lattice.transitions for lattice in lattices]
    transitions = Transitions(
        start=np.mean([chain.start for chain in chains], axis=0),
        end=np.mean([chain.end for chain in chains], axis=0),
        between=np.mean([chain.between for chain in chains], axis=0),
        continues=chains[0].continues,
    )
    emissions = np.mean([lattice.emissions for lattice in lattices], axis=0)
    return Lattice(emissions, lattices[0].lengths, transitions)
