"""The soft lexicon: per character the known words that begin, go on, end here, or are it.

Each match of a word is in the set B of its first character, M of those inside, E of its last, or
S if it is a single character. A word weighs as often as it was matched in train, once more for
those that never were; the weights of a character's four sets sum to 4, as in Ma et al. 2020
(Simplify the Usage of Lexicon in Chinese NER).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

SURROGATE = re.compile("[\ud800-\udfff]")
SETS = 4
BEGIN, MIDDLE, END, SINGLE = range(SETS)


@dataclass(frozen=True, slots=True)
class Matches:
    """The words around the characters of a text, a match and character an entry."""

    words: NDArray[np.int64]  # (entries), numbers of words
    slots: NDArray[np.int64]  # (entries), 4 × the character's place + the set
    weights: NDArray[np.float32]  # (entries)


class Lexicon:
    """Words with their kinds and weights.

    Args:
        words: as normalised, those that occur in train first, then those that have a vector.
        kinds: the number of each word's kind in ``names``.
        names: of the kinds: parts of speech, and those of the user's lists.
        counts: how often the first words were matched in train; of the others 0.
        known: how many words have a vector, or learn one; they come first.
    """

    def __init__(
        self,
        words: Sequence[str],
        kinds: Sequence[int],
        names: Sequence[str],
        counts: Sequence[int],
        known: int,
    ) -> None:
        self.words, self.names, self.known = tuple(words), tuple(names), known
        self.kinds = np.asarray(kinds, dtype=np.int64)
        self.counts = np.asarray(counts, dtype=np.int64)
        self._weights = np.ones(len(self.words), dtype=np.float64)
        self._weights[: len(self.counts)] += self.counts
        self._slots, self._inside = _shapes(max(map(len, self.words), default=0))

    @classmethod
    def fitted(
        cls, kinds: Mapping[str, str], texts: Iterable[str], *, known: Iterable[str] = ()
    ) -> Lexicon:
        """The lexicon of words with their kinds, counted in normalised ``texts``."""
        names = tuple(dict.fromkeys(kinds.values()))
        numbers = {name: number for number, name in enumerate(names)}
        raw = cls(tuple(kinds), [numbers[kind] for kind in kinds.values()], names, [], 0)
        counts = np.zeros(len(kinds), dtype=np.int64)
        for text in texts:
            found, _, _ = raw.found(text)
            np.add.at(counts, found, 1)
        able = set(known)
        with_vector = np.fromiter((word in able for word in kinds), dtype=bool, count=len(kinds))
        rank = np.where(counts > 0, 0, np.where(with_vector, 1, 2))
        order = np.lexsort((np.arange(len(rank)), -counts, rank))
        return cls(
            [raw.words[place] for place in order],
            raw.kinds[order].tolist(),
            names,
            counts[order][counts[order] > 0].tolist(),
            int((rank < 2).sum()),
        )

    def __len__(self) -> int:
        return len(self.words)

    @property
    def tuned(self) -> int:
        """How many words occur in train: these learn a vector."""
        return len(self.counts)

    def found(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The numbers of all words in a normalised text, where each begins, and its length."""
        hits = self._automaton.find_matches_as_indexes(_safe(text), overlapping=True)
        flat = np.fromiter(chain.from_iterable(hits), dtype=np.int64, count=3 * len(hits))
        words, starts, ends = flat.reshape(-1, 3).T
        return words, starts, ends - starts

    def __call__(self, normalised: str) -> Matches:
        """The matches around each character."""
        words, starts, lengths = self.found(normalised)
        slots = self._slots.take(lengths, axis=0)  # (matches, longest)
        slots += SETS * starts[:, None]
        slots = slots[self._inside.take(lengths, axis=0)]  # (entries)
        numbers, places = words.repeat(lengths), slots // SETS
        weights = self._weights.take(numbers)
        shares = SETS * weights / np.bincount(places, weights).take(places)
        return Matches(numbers, slots, shares.astype(np.float32))

    @cached_property
    def _automaton(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(self.words, store_patterns=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``from_dict`` reads back."""
        return {
            "words": self.words,
            "kinds": self.kinds.tolist(),
            "names": self.names,
            "counts": self.counts.tolist(),
            "known": self.known,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Lexicon:
        """The lexicon that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        own = cls(data["words"], data["kinds"], data["names"], data["counts"], int(data["known"]))
        words, kinds = len(own), own.kinds
        if not all(own.words) or len(set(own.words)) != words:
            raise ValueError("a lexicon with empty words, or with a word twice")
        if len(kinds) != words or (words and not 0 <= kinds.min() <= kinds.max() < len(own.names)):
            raise ValueError(f"{words} words, but kinds that are not theirs")
        if not own.tuned <= own.known <= words:
            raise ValueError(f"{own.tuned} counts of {own.known} known ones of {words} words")
        return own


def _shapes(longest: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For words of each length up to the longest: their slots from 0 on, and where these end."""
    lengths, places = np.arange(longest + 1)[:, None], np.arange(longest)
    ends = np.where(lengths == 1, SINGLE, END)
    sets = np.where(places == lengths - 1, ends, np.where(places == 0, BEGIN, MIDDLE))
    return SETS * places + sets, places < lengths  # (lengths, places), both


def _safe(text: str) -> str:
    """The text with a noncharacter, which is in no word, for surrogates, which it cannot take."""
    return SURROGATE.sub("\uffff", text)
