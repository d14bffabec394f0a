"""Sentences of like length, padded side by side: the one place where masks are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.features.featurizer import Features

Integers = NDArray[np.int64]

NOTHING = Features([], [])


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded numbers; 0 pads, the mask is true at real characters, which stand on the left."""

    characters: Integers  # (batch, length)
    words: Integers  # (batch, length), or (batch, 0) without segmentation
    mask: NDArray[np.bool_]  # (batch, length)
    tags: Integers | None = None  # (batch, length), 0 at padding
    context: Batch | None = None  # what stands before each sentence, where there is any

    @property
    def lengths(self) -> Integers:
        return np.asarray(self.mask.sum(axis=1))

    @property
    def size(self) -> int:
        """How many real characters there are."""
        return int(self.mask.sum())


def collate(features: Sequence[Features], tags: Sequence[Sequence[int]] | None = None) -> Batch:
    """One batch of all these sentences, each of at least one character."""
    around = [one.context for one in features]
    context = collate([one or NOTHING for one in around]) if any(around) else None
    length = max(len(one) for one in features)
    lengths = np.array([len(one) for one in features])
    words = [one.words for one in features]
    return Batch(
        characters=_padded([one.characters for one in features], length),
        words=_padded(words, length if any(words) else 0),
        mask=np.arange(length) < lengths[:, None],
        tags=None if tags is None else _padded(tags, length),
        context=context,
    )


def _padded(rows: Sequence[Sequence[int]], length: int) -> Integers:
    padded = np.zeros((len(rows), length), dtype=np.int64)
    if length:
        for place, row in enumerate(rows):
            padded[place, : len(row)] = row
    return padded


def plan(
    lengths: Sequence[int], *, budget: int, generator: np.random.Generator | None = None
) -> list[list[int]]:
    """Which sentences go together: like lengths, at most ``budget`` places with the padding.

    A sentence longer than the budget is a batch of its own; empty ones are in none. With a
    generator the order of batches, and which of like length meet, is random; without, batches go
    from short to long.
    """
    sizes = np.asarray(lengths, dtype=np.float64)
    if generator is not None:
        sizes = sizes * generator.uniform(0.9, 1.1, size=len(sizes))
    batches: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for place in np.argsort(sizes, kind="stable").tolist():
        if not lengths[place]:
            continue
        longest = max(longest, lengths[place])
        if current and longest * (len(current) + 1) > budget:
            batches.append(current)
            current, longest = [], lengths[place]
        current.append(place)
    if current:
        batches.append(current)
    if generator is not None:
        generator.shuffle(batches)
    return batches
