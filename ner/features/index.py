"""Whole numbers, found again by arrays alone: a hash table that is read from disk as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.packing import ArrayError, whole_numbers
from ner.features.texts import Integers

MISSING = -1
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio (Knuth, vol. 3, 6.4)


class Index:
    """The places of keys in a list of keys, all of them different.

    The keys stand by bucket, and each bucket's first one is known: a look-up reads the buckets of
    all keys at once, then what stands second in them where that is needed, and so on.

    Args:
        keys: bucket by bucket.
        places: which place in the list each has.
        firsts: where each bucket begins, and where the last one ends; a power of two, and one.
    """

    def __init__(self, keys: Integers, places: NDArray[Any], firsts: NDArray[Any]) -> None:
        self.keys, self.places, self.firsts = keys, places, firsts
        self._shift = np.uint64(64 - (len(firsts) - 1).bit_length() + 1)

    @classmethod
    def of(cls, keys: Integers) -> Index:
        """An index of a list of keys.

        Raises:
            ValueError: a key is there twice.
        """
        bits = max(1, int(len(keys)).bit_length())
        buckets = _hashed(keys, np.uint64(64 - bits))
        order = np.lexsort((keys, buckets))
        counts = np.bincount(buckets, minlength=1 << bits)
        firsts = np.concatenate([[0], np.cumsum(counts)])
        own = keys[order]
        if (own[1:] == own[:-1]).any():
            raise ValueError("a name that is there twice")
        return cls(own, order.astype(np.int32), firsts.astype(np.int32))

    def __len__(self) -> int:
        return len(self.keys)

    def __call__(self, keys: Integers) -> Integers:
        """The place of each key, or -1."""
        buckets = _hashed(keys, self._shift)
        at, ends = self.firsts.take(buckets), self.firsts.take(buckets + 1)
        found = np.full(len(keys), MISSING, dtype=np.int64)
        open_ = np.flatnonzero(at < ends)
        while len(open_):
            here = at[open_]
            same = self.keys.take(here) == keys[open_]
            found[open_[same]] = self.places.take(here[same])
            at[open_] += 1
            open_ = open_[~same & (here + 1 < ends[open_])]
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain data and arrays that ``from_dict`` reads back."""
        return {"keys": self.keys, "places": self.places, "firsts": self.firsts}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Index:
        """The index that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        keys = whole_numbers(data, "keys")
        places = whole_numbers(data, "places", below=len(keys))
        firsts = whole_numbers(data, "firsts", below=len(keys) + 1)
        buckets = len(firsts) - 1
        if len(places) != len(keys) or buckets < 2 or buckets & (buckets - 1):
            raise ArrayError(f"an index of {len(keys)} keys, {len(places)} places")
        if firsts[0] or firsts[-1] != len(keys) or (firsts[1:] < firsts[:-1]).any():
            raise ArrayError("an index whose buckets do not hold its keys")
        return cls(keys.astype(np.int64, copy=False), places, firsts)


def _hashed(keys: Integers, shift: np.uint64) -> Integers:
    """The bucket of each key: the upper bits of its product with an odd number."""
    buckets: Integers = ((keys.astype(np.uint64) * SPREAD) >> shift).astype(np.int64)
    return buckets
