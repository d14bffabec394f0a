"""The chains of a batch: their best paths, the next best ones, and the probabilities of spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ner.features.soft import SoftTags
from ner.lattice.alternatives import n_best
from ner.lattice.columns import Columns, Integers
from ner.lattice.forward_backward import Shares
from ner.lattice.likely import Likely, likely_spans
from ner.lattice.soft import soft_tags
from ner.lattice.transitions import Floats, Transitions
from ner.lattice.viterbi import best_paths

Paths = list[tuple[list[int], float]]  # tags and probability, the most probable first
LARGE = 1_000.0  # a score that is larger, to either side, wants more than 32 bits beside it


class Lattice:
    """The chains of a batch of sentences.

    Args:
        emissions: (batch, length, tags), anything at padding. The best path of those in 32 bits is
            found in 32 bits, as long as none of them is ``LARGE``; all else is computed in 64.
        lengths: (batch), each at least 1.
        transitions: the chain's other scores.
    """

    _precision: type[np.floating] = np.float64

    def __init__(self, emissions: Floats, lengths: Integers, transitions: Transitions) -> None:
        real = np.arange(emissions.shape[1]) < lengths[:, None]  # (batch, length)
        self.emissions: Floats = np.where(real[..., None], emissions, 0).astype(np.float64)
        self.lengths = lengths
        self.transitions = transitions
        if emissions.dtype == np.float32 and np.abs(self.emissions).max(initial=0) < LARGE:
            self._precision = np.float32

    def with_emissions(self, emissions: Floats, path: Integers | None = None) -> Lattice:
        """The same chains by other emissions, which are 0 at padding as these are; not copied.

        Args:
            emissions: (batch, length, tags).
            path: the best by them, (batch, length), where it is known.
        """
        other = Lattice.__new__(Lattice)
        other.emissions, other.lengths, other.transitions = (
            emissions,
            self.lengths,
            self.transitions,
        )
        if path is not None:
            other.path = path
        return other

    @cached_property
    def path(self) -> Integers:
        """The tags of each sentence's best path, (batch, length); 0 at padding."""
        emissions = self.emissions.astype(self._precision, copy=False)
        columns = Columns.of(emissions, self.lengths, np.arange(len(self.lengths)))
        path = np.zeros(self.emissions.shape[:2], dtype=np.int64)
        found = best_paths(columns, self.transitions)
        path[columns.order, : len(found)] = found.T
        return path

    @cached_property
    def tags(self) -> list[list[int]]:
        """The same as lists, without padding."""
        pairs = zip(self.path.tolist(), self.lengths.tolist(), strict=True)
        return [one[:length] for one, length in pairs]

    def probability(self, sentence: int, start: int, end: int) -> float:
        """That the characters ``start…end`` of a sentence are one entity with its best path's tags.

        The sum over all paths that have these tags there and do not go on with the same entity.
        """
        return float(self.probabilities([sentence], [start], [end])[0])

    def probabilities(
        self,
        sentences: ArrayLike,
        starts: ArrayLike,
        ends: ArrayLike,
        *,
        temperature: float = 1.0,
        tags: Integers | None = None,
    ) -> Floats:
        """As ``probability``, of many spans at once: only their sentences are computed, once each.

        All scores are divided by the ``temperature`` first: above 1 the probabilities are less
        sure. The tags stay those of the best path, which no temperature changes, unless others are
        given, (batch, length).
        """
        asked = [np.asarray(part, dtype=np.int64) for part in (sentences, starts, ends)]
        columns = self._columns(np.flatnonzero(np.bincount(asked[0])), temperature)
        chain = self.transitions.cooled(temperature)
        own = np.zeros(len(self.lengths), dtype=np.int64)  # each sentence's column
        own[columns.order] = np.arange(len(columns.order))
        path = (self.path if tags is None else tags)[columns.order].T  # (length, columns)
        spans = (own[asked[0]], asked[1], asked[2])
        ends_of = self.lengths[columns.order]
        return Shares.of(columns, chain).spans(path, chain, ends_of, spans)

    def likely(
        self, opening: Integers, *, least: float, temperature: float = 1.0
    ) -> Iterator[Likely]:
        """All spans that are one entity with a probability of ``least`` or more, by their length.

        Args:
            opening: the tags that an entity begins with.
            least: above 0.
            temperature: all scores are divided by it.
        """
        columns = self._columns(np.arange(len(self.lengths)), temperature)
        chain = self.transitions.cooled(temperature)
        shares, ends = Shares.of(columns, chain), self.lengths[columns.order]
        for found in likely_spans(shares, chain, ends, opening=opening, least=least):
            yield found._replace(columns=columns.order[found.columns])

    def n_best(self, count: int, *, temperature: float = 1.0) -> list[Paths]:
        """The ``count`` most probable legal paths of each sentence, fewer where there are fewer.

        A path's probability is that of all its tags together, at the ``temperature``.
        """
        rows = np.arange(len(self.lengths))
        columns = self._columns(rows)
        paths, scores = n_best(columns, self.transitions, count)
        best = self.probabilities(rows, rows * 0, self.lengths, temperature=temperature)
        shares = best[columns.order] * np.exp((scores - scores[0]) / temperature)
        found: list[Paths] = [[] for _ in rows]
        for column, sentence in enumerate(columns.order.tolist()):
            own = paths[: self.lengths[sentence], :, column].T.tolist()
            pairs = zip(own, shares[:, column].tolist(), scores[:, column].tolist(), strict=True)
            found[sentence] = [(tags, share) for tags, share, score in pairs if score > -np.inf]
        return found

    def soft_tags(self, *, least: float, temperature: float = 1.0) -> list[SoftTags]:
        """The probable pairs of each sentence's tags, at the ``temperature``.

        Args:
            least: less probable pairs are left out, but for the likeliest of each character.
            temperature: all scores are divided by it.
        """
        columns = self._columns(np.arange(len(self.lengths)), temperature)
        chain = self.transitions.cooled(temperature)
        found = zip(columns.order.tolist(), soft_tags(columns, chain, least=least), strict=True)
        own = dict(found)
        return [own[sentence] for sentence in range(len(self.lengths))]

    def _columns(self, sentences: Integers, temperature: float = 1.0) -> Columns:
        emissions = self.emissions if temperature == 1.0 else self.emissions / temperature
        return Columns.of(emissions, self.lengths, sentences)


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
