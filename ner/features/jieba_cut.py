"""jieba's cut of many texts at once: its dictionary and its model of unlisted words, as arrays.

The words are those of ``jieba.Tokenizer.cut``, ties included: the same sums of the same logarithms
in the same order. A block of characters that jieba looks into is cut along its most probable way;
the ways of all blocks are computed together, a step for each place counted from the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.jieba_listed import ASCII, HAN, KINDS, NO, Listed
from ner.features.jieba_unlisted import Chain, Unlisted
from ner.features.packing import ArrayError
from ner.features.stretches import Steps, sizes_between, stretches
from ner.features.texts import Integers
from ner.features.trie import Found, Trie

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

RETURN, LINE = 13, 10


@dataclass(frozen=True, slots=True)
class Words:
    """The words of texts, one after another; each border is a word, too."""

    starts: Integers
    lengths: Integers
    speech: Integers  # the number of each one's part of speech


class Cutter:
    """Cuts texts as jieba does.

    Args:
        listed: the words of a dictionary that can be found.
        trie: finds them; all their characters are such that jieba looks into.
        chain: makes words of what the dictionary does not know.
    """

    def __init__(self, listed: Listed, trie: Trie, chain: Chain) -> None:
        self.listed, self.trie, self.chain = listed, trie, chain
        self._unlisted = Unlisted(chain)
        # Not NumPy's logarithm, which may differ in the last digit.
        scores = np.array([log(count) for count in listed.counts.tolist()]) - log(listed.total)
        self._scores: Floats = scores.take(listed.which)
        self._unknown = log(1) - log(listed.total)

    def __call__(self, codes: Integers) -> Words:
        """The words of texts, a border behind each."""
        kinds = KINDS.take(codes, mode="clip")
        found = self.trie.by_length(codes)
        begins = _begins(self._steps(codes, kinds != NO, found))
        self._guess(codes, kinds, begins, found)
        starts = np.flatnonzero(begins)
        lengths = sizes_between(starts, len(codes))
        speech = np.zeros(len(codes), dtype=np.int64)
        own = _chosen(found, starts, lengths, len(codes))
        speech[found[1][own]] = self.listed.speech.take(found[0][own])
        return Words(starts, lengths, speech.take(starts))

    def to_dict(self) -> dict[str, Any]:
        """Plain data and arrays that ``from_dict`` reads back."""
        return {
            "listed": self.listed.to_dict(),
            "trie": self.trie.to_dict(),
            "chain": self.chain.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, kinds: int) -> Cutter:
        """The cutter that was saved, whose words are of so many parts of speech.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        listed = Listed.from_dict(data["listed"], kinds=kinds)
        trie = Trie.from_dict(data["trie"], len(listed))
        if (KINDS.take(trie.codes, mode="clip") == NO).any():
            raise ArrayError("codes: words of characters that jieba does not look into")
        return cls(listed, trie, Chain.from_dict(data["chain"]))

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
        best = totals == routes[blocks:].repeat(sizes_between(heads, len(totals)))
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
        open_ = alone.copy()
        open_[alone] = runs.repeat(lengths)
        self._unlisted(codes, open_ & (kinds == HAN), open_ & (kinds == ASCII), begins)


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
