"""How probable a sentence's tags are, as a model sees them: what another model may learn from.

A linear chain's distribution over paths is given by its pairs: how probable each two tags are at
each two neighbouring characters. Nearly all of it is in few pairs, so only those are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[Any]  # unsigned whole numbers, as small as they may be


@dataclass(frozen=True, slots=True)
class SoftTags:
    """The probable pairs of tags of a sentence, a character after the other.

    A pair's number is (tag before) × (how many tags there are) + (tag). The first character's tag
    stands for its pair: before it is tag 0.
    """

    tags: int  # how many there are
    counts: Numbers  # (characters): how many pairs each has, itself the second of the two
    pairs: Numbers  # (entries)
    probabilities: NDArray[np.float16]  # (entries)
    share: float = 1.0  # of the sentence's loss, the rest being that of its hard tags

    def __len__(self) -> int:
        return len(self.counts)

    def part(self, start: int, end: int) -> SoftTags:
        """Those of the characters ``start…end``; in front of the first one nothing is known."""
        if (start, end) == (0, len(self)):
            return self
        first, last = (int(self.counts[:at].sum(dtype=np.int64)) for at in (start, end))
        counts, pairs = self.counts[start:end], self.pairs[first:last].copy()
        entries = int(counts[0]) if len(counts) else 0
        pairs[:entries] %= self.tags
        return replace(
            self, counts=counts, pairs=pairs, probabilities=self.probabilities[first:last]
        )

    def dense(self) -> Floats:
        """All pairs, (characters, tags, tags), from row to column, 1 together at each character."""
        places = np.arange(len(self)).repeat(self.counts)
        found = np.zeros((len(self), self.tags * self.tags))
        np.add.at(found, (places, self.pairs), self.probabilities)
        found /= found.sum(axis=1, keepdims=True)
        return found.reshape(-1, self.tags, self.tags)

    @classmethod
    def sparse(cls, dense: Floats, least: float, share: float = 1.0) -> SoftTags:
        """The pairs over ``least`` of (characters, tags, tags), and each character's likeliest."""
        length, tags, _ = dense.shape
        flat = dense.reshape(length, -1)
        kept = (flat > least) | (flat >= flat.max(axis=1, keepdims=True))
        places, pairs = np.nonzero(kept)
        whole = number_type(tags)
        counts = np.bincount(places, minlength=length).astype(whole)
        return cls(tags, counts, pairs.astype(whole), flat[kept].astype(np.float16), share)


@dataclass(frozen=True, slots=True)
class SoftBatch:
    """The pairs of the sentences of a batch that have any, an entry each."""

    tags: int
    places: NDArray[np.int32]  # (entries), of their characters in batch × length
    pairs: Numbers  # (entries)
    probabilities: NDArray[np.float16]  # (entries)
    shares: NDArray[np.float32]  # (batch), of each sentence's loss, 0 where it has no pairs

    def expected(self, length: int) -> tuple[Floats, Floats]:
        """How probable each tag is, and how often each pair is expected in a sentence.

        Returns:
            (batch, length, tags), 1 together at each character that has pairs, and (batch, tags,
            tags), from row to column, both as a linear chain counts: nothing is before the first.
        """
        batch, tags = len(self.shares), self.tags
        given = self.probabilities.astype(np.float64)
        given /= np.bincount(self.places, given, minlength=batch * length)[self.places]
        places, pairs = self.places.astype(np.int64), self.pairs.astype(np.int64)
        own = np.bincount(places * tags + pairs % tags, given, minlength=batch * length * tags)
        later = places % length > 0
        rows = places[later] // length * tags * tags + pairs[later]
        between = np.bincount(rows, given[later], minlength=batch * tags * tags)
        found: tuple[Floats, Floats] = (
            own.astype(np.float64).reshape(batch, length, tags),
            between.astype(np.float64).reshape(batch, tags, tags),
        )
        return found


def number_type(tags: int) -> type[np.unsignedinteger[Any]]:
    """The smallest type for the pairs of so many tags, and for how many of them there are."""
    pairs = tags * tags
    return np.uint8 if pairs < 256 else np.uint16 if pairs < 65536 else np.uint32


def joined_soft(rows: Sequence[SoftTags | None], length: int) -> SoftBatch | None:
    """The pairs of sentences that are padded to ``length``; None where none has any."""
    own = [(row, one) for row, one in enumerate(rows) if one is not None]
    if not own:
        return None
    places = [
        (row * length + np.arange(len(one), dtype=np.int32)).repeat(one.counts) for row, one in own
    ]
    return SoftBatch(
        own[0][1].tags,
        np.concatenate(places).astype(np.int32),
        np.concatenate([one.pairs for _, one in own]),
        np.concatenate([one.probabilities for _, one in own]),
        np.array([0.0 if one is None else one.share for one in rows], dtype=np.float32),
    )
