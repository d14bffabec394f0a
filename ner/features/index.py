"""Pairs of numbers, found again by arrays alone: a hash table that is built in one sweep."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ner.features.names import BITS
from ner.features.texts import Integers

MISSING = -1
SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio (Knuth, vol. 3, 6.4)
LEAST_BITS = 10  # of a bucket's number, so that the rest of a key has 32 at most
PLACES = 32  # bits of a place


class Index:
    """The places of keys in a list of keys, each a pair (``names.paired``).

    A product with an odd number turns the bits of a key into others, one to one: the upper ones say
    its bucket, the lower ones tell it from the others there. A look-up reads the first of the
    buckets of all keys at once, then what stands second in them where that is needed, and so on.

    Args:
        keys: pairs of a code point, or of a number that is no more than their count, and a code
            point. Those below 0 are in no bucket.
    """

    def __init__(self, keys: Integers) -> None:
        own = np.flatnonzero(keys >= 0)
        self._width = BITS + max(BITS, len(keys).bit_length())
        bits = max(LEAST_BITS, len(own).bit_length())
        self._low = self._width - bits
        hashed = self._hashed(keys[own])
        buckets = hashed >> self._low
        # Sorted as numbers, which is several times as fast as their order is found.
        together = np.sort(buckets << PLACES | np.arange(len(own)))
        order = together & ((1 << PLACES) - 1)
        counts = np.bincount(together >> PLACES, minlength=1 << bits)
        self.firsts = np.zeros((1 << bits) + 1, dtype=np.int32)
        np.cumsum(counts, out=self.firsts[1:])
        self._rest = self._rests(hashed[order])
        self._places: NDArray[np.int32] = own[order].astype(np.int32)

    def __call__(self, keys: Integers) -> Integers:
        """The place of each key, or -1."""
        hashed = self._hashed(keys)
        buckets, rest = hashed >> self._low, self._rests(hashed)
        at, ends = self.firsts.take(buckets), self.firsts.take(buckets + 1)
        found = np.full(len(keys), MISSING, dtype=np.int64)
        open_ = np.flatnonzero(at < ends)
        while len(open_):
            here = at[open_]
            same = self._rest.take(here) == rest[open_]
            found[open_[same]] = self._places.take(here[same])
            at[open_] += 1
            open_ = open_[~same & (here + 1 < ends[open_])]
        return found

    def _hashed(self, keys: Integers) -> Integers:
        """The keys with their bits turned."""
        odd, mask = SPREAD >> (64 - self._width) | 1, (1 << self._width) - 1
        hashed: Integers = keys * odd & mask
        return hashed

    def _rests(self, hashed: Integers) -> NDArray[np.uint32]:
        """What a bucket does not say."""
        return (hashed & ((1 << self._low) - 1)).astype(np.uint32)


def refuse_twice(keys: Integers) -> None:
    """Makes sure that all keys differ.

    Raises:
        ValueError: one is there twice.
    """
    own = np.sort(keys)
    if (own[1:] == own[:-1]).any():
        raise ValueError("a name that is there twice")
