"""jieba's cut of many texts at once: its dictionary and its model of unlisted words, as arrays.

The words are those of ``jieba.Tokenizer.cut``, ties included: the same sums of the same logarithms
in the same order. A block of characters that jieba looks into is cut along its most probable way;
the ways of all blocks are computed together, a step for each place counted from the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from ner.features.jieba_unlisted import HAN_FIRST, HAN_LAST, Unlisted
from ner.features.names import Names
from ner.features.stretches import Steps, stretches
from ner.features.texts import Integers
from ner.features.trie import Found, Trie

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

# As jieba has them: what it looks into, and what stays whole between.
NO, ASCII, HAN = range(3)  # kinds of characters: not looked into, the others
KINDS = np.zeros(HAN_LAST + 2, dtype=np.int8)
KINDS[[ord(one) for one in map(chr, range(128)) if re.match(r"[a-zA-Z0-9+#&._%\-]", one)]] = ASCII
KINDS[HAN_FIRST : HAN_LAST + 1] = HAN
RETURN, LINE = 13, 10


@dataclass(frozen=True, slots=True)
class Words:
    """The words of texts, one after another; each border is a word, too."""

    starts: Integers
    lengths: Integers
    numbers: Integers  # in the dictionary, or -1


class Cutter:
    """Cuts texts as jieba does.

    Args:
        trie: of the words of a dictionary: none goes beyond a block, but for single characters.
        counts: how often each occurs; not 0.
        total: how often all of them occur.
        unlisted: cuts what the dictionary does not know.
    """

    def __init__(self, trie: Trie, counts: Integers, total: int, unlisted: Unlisted) -> None:
        self.trie, self._unlisted = trie, unlisted
        distinct, which = np.unique(counts, return_inverse=True)
        # Not NumPy's logarithm, which may differ in the last digit.
        scores = np.array([log(count) for count in distinct.tolist()]) - log(total)
        self._scores = scores.take(which)
        self._unknown = log(1) - log(total)

    def __call__(self, codes: Integers) -> Words:
        """The words of texts, a border behind each."""
        kinds = KINDS.take(codes, mode="clip")
        found = self.trie.by_length(codes)
        begins = _begins(self._steps(codes, kinds != NO, found))
        self._guess(codes, kinds, begins, found)
        starts = np.flatnonzero(begins)
        lengths = np.diff(starts, append=len(codes))
        numbers = np.full(len(codes), -1)
        own = _chosen(found, starts, lengths, len(codes))
        numbers[found[1][own]] = found[0][own]
        return Words(starts, lengths, numbers.take(starts))

    def _steps(self, codes: Integers, inside: Booleans, found: Found) -> Integers:
        """How long the word is that begins at each place, if one does."""
        steps = np.ones(len(codes), dtype=np.int64)
        steps[:-1][(codes[:-1] == RETURN) & (codes[1:] == LINE)] = 2
        starts, ends = stretches(inside)
        if len(starts):
            order, walk = Steps.of(ends - starts)
            places = ends[order].take(walk.rows) - 1 - walk.steps
            steps[places] = self._best(places, walk, len(codes), found)
        return steps

    def _best(self, places: Integers, walk: Steps, size: int, found: Found) -> Integers:
        """The lengths of the first words on the most probable ways from places to blocks' ends."""
        words, starts, lengths = found
        longer = int(np.searchsorted(lengths, 2))  # the first word of more than one character
        scores = self._singles(words[:longer], starts[:longer], starts[longer:], size)
        slots = np.empty(size + 1, dtype=np.int64)
        blocks = walk.counts[0]
        slots[places[:blocks] + 1] = np.arange(blocks)  # the blocks' ends: no way left
        slots[places] = np.arange(blocks, blocks + len(places))
        own = slots.take(starts[longer:])
        by = np.concatenate([np.arange(blocks, blocks + len(places)), own])
        order = np.argsort(by.astype(np.min_scalar_type(blocks + len(places))), kind="stable")
        sizes = np.concatenate([np.ones(len(places), dtype=np.int64), lengths[longer:]])[order]
        first = np.concatenate([places, starts[longer:]])[order]
        score = np.concatenate([scores.take(places), self._scores.take(words[longer:])])[order]
        heads = np.flatnonzero(sizes == 1)  # each place has its single character before all else
        totals, routes = _routes(score, slots.take(first + sizes), heads, walk)
        best = totals == routes[blocks:].repeat(np.diff(heads, append=len(totals)))
        longest: Integers = np.maximum.reduceat(np.where(best, sizes, 0), heads)
        return longest

    def _singles(self, words: Integers, starts: Integers, longer: Integers, size: int) -> Floats:
        """The scores of single characters: those unknown are words where nothing else begins."""
        scores = np.full(size, self._unknown)
        scores[longer] = -np.inf
        scores[starts] = self._scores.take(words)
        return scores

    def _guess(
        self, codes: Integers, kinds: NDArray[np.int8], begins: Booleans, found: Found
    ) -> None:
        """Marks the words among single characters that the dictionary does not know together."""
        alone = begins & (kinds != NO)
        alone[:-1] &= begins[1:]
        starts, ends = stretches(alone)
        lengths = ends - starts
        known = np.zeros(len(codes), dtype=np.bool_)
        known[found[1][_chosen(found, starts, lengths, len(codes))]] = True
        runs = (lengths > 1) & ~known.take(starts)
        open_ = np.zeros(len(codes), dtype=np.bool_)
        places = _all(starts[runs], lengths[runs])
        open_[places] = True
        self._unlisted(codes, open_ & (kinds == HAN), open_ & (kinds == ASCII), begins)


def within_blocks(names: Names) -> Booleans:
    """Which words jieba can find: those of one character, and those that no block ends in."""
    outside = np.flatnonzero(KINDS.take(names.codes, mode="clip") == NO)
    owners = np.searchsorted(names.starts(), outside, side="right") - 1
    able = np.ones(len(names), dtype=np.bool_)
    able[owners] = names.lengths[owners] == 1
    return able


def _routes(score: Floats, ends: Integers, heads: Integers, walk: Steps) -> tuple[Floats, Floats]:
    """Of each word the score of the best way that begins with it; of each place that of the best.

    Args:
        score: of the words.
        ends: the slots where the ways go on.
        heads: the first word of each slot.
        walk: from the blocks' ends to their beginnings.
    """
    blocks = walk.counts[0]
    totals = np.empty(len(score))
    routes = np.zeros(blocks + len(heads))
    bounds = np.append(heads, len(score))[walk.bounds].tolist()
    heads = heads - np.array(bounds[:-1]).repeat(walk.counts)
    low, first = 0, bounds[0]
    for high, last in zip(walk.bounds[1:].tolist(), bounds[1:], strict=True):
        total = totals[first:last]
        np.add(score[first:last], routes.take(ends[first:last]), out=total)
        np.maximum.reduceat(total, heads[low:high], out=routes[blocks + low : blocks + high])
        low, first = high, last
    return totals, routes


def _begins(steps: Integers) -> Booleans:
    """Whether a word begins at each place, where these are the ways on from all places."""
    begins = bytearray(len(steps))
    place, last, ways = 0, len(steps), steps.tolist()
    while place < last:
        begins[place] = 1
        place += ways[place]
    return np.frombuffer(begins, dtype=np.bool_)


def _chosen(found: Found, starts: Integers, lengths: Integers, size: int) -> Booleans:
    """Which of the words found begin at one of these starts and are as long as is said there."""
    own = np.zeros(size, dtype=np.int64)
    own[starts] = lengths
    chosen: Booleans = own.take(found[1]) == found[2]
    return chosen


def _all(starts: Integers, lengths: Integers) -> Integers:
    """The places of stretches."""
    within = np.arange(lengths.sum()) - (lengths.cumsum() - lengths).repeat(lengths)
    places: Integers = starts.repeat(lengths) + within
    return places
