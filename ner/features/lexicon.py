"""The soft lexicon: per character the known words that begin, go on, end here, or are it.

Each match of a word is in the set B of its first character, M of those inside, E of its last, or
S if it is a single character. A word weighs as often as it was matched in train, once more for
those that never were; the weights of a character's four sets sum to 4, as in Ma et al. 2020
(Simplify the Usage of Lexicon in Chinese NER).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.names import Names
from ner.features.packing import smallest, whole_numbers
from ner.features.texts import Integers, Texts
from ner.features.trie import Trie

SETS = 4
TOGETHER = 1000  # texts whose words are counted at once
BEGIN, MIDDLE, END, SINGLE = range(SETS)


@dataclass(frozen=True, slots=True)
class Matches:
    """The words around the characters of texts, a match and character an entry."""

    words: NDArray[np.int64]  # (entries), numbers of words
    slots: NDArray[np.int64]  # (entries), 4 × the character's place in batch × length + the set
    weights: NDArray[np.float32]  # (entries)

    def of_rows(self, start: int, end: int, *, width: int, length: int) -> Matches:
        """Those of some rows of a batch of ``width`` characters, as a batch of ``length``."""
        first, last = self.slots.searchsorted([SETS * width * start, SETS * width * end])
        slots = self.slots[first:last] - SETS * width * start
        slots -= slots // (SETS * width) * (SETS * (width - length))
        return Matches(self.words[first:last], slots, self.weights[first:last])


class Lexicon:
    """Words with their kinds and weights.

    Args:
        trie: of the words as normalised, numbered: those that occur in train first, then those that
            have a vector.
        kinds: the number of each word's kind in ``names``.
        names: of the kinds: parts of speech, and those of the user's lists.
        counts: how often the first words were matched in train; of the others 0.
        known: how many words have a vector, or learn one; they come first.
    """

    def __init__(
        self,
        trie: Trie,
        kinds: NDArray[Any],
        names: Iterable[str],
        counts: NDArray[Any],
        known: int,
    ) -> None:
        self.trie, self.names, self.known = trie, tuple(names), known
        self.kinds = smallest(kinds)
        self.counts = counts.astype(np.int64)
        self._weights = np.ones(len(self.kinds), dtype=np.float64)
        self._weights[: len(self.counts)] += self.counts

    @classmethod
    def fitted(
        cls, kinds: Mapping[str, str], texts: Iterable[str], *, known: Iterable[str] = ()
    ) -> Lexicon:
        """The lexicon of words with their kinds, counted in normalised ``texts``."""
        names = tuple(dict.fromkeys(kinds.values()))
        numbers = {name: number for number, name in enumerate(names)}
        own_kinds = np.fromiter((numbers[kind] for kind in kinds.values()), np.int64, len(kinds))
        words = tuple(kinds)
        counts = counted(Trie.of(Names.of(words)), texts, len(words))
        able = set(known)
        with_vector = np.fromiter((word in able for word in words), dtype=bool, count=len(words))
        rank = np.where(counts > 0, 0, np.where(with_vector, 1, 2))
        order = np.lexsort((np.arange(len(rank)), -counts, rank))
        ordered = counts[order]
        return cls(
            Trie.of(Names.of([words[place] for place in order])),
            own_kinds[order],
            names,
            ordered[ordered > 0],
            int((rank < 2).sum()),
        )

    def __len__(self) -> int:
        return len(self.kinds)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words as strings."""
        return self.trie.names().strings

    @property
    def tuned(self) -> int:
        """How many words occur in train: these learn a vector."""
        return len(self.counts)

    def __call__(self, normalised: Texts) -> Matches:
        """The matches around each character of a batch of normalised texts."""
        words, starts, lengths = self.trie(normalised.codes)
        starts = starts + normalised.moves().take(starts)
        first = lengths.cumsum() - lengths
        inside = np.arange(lengths.sum()) - first.repeat(lengths)  # (entries)
        places = starts.repeat(lengths) + inside
        sets = np.where(inside == 0, BEGIN, MIDDLE)
        sets[first + lengths - 1] = np.where(lengths == 1, SINGLE, END)
        weights = self._weights.take(words).repeat(lengths)
        shares = SETS * weights / np.bincount(places, weights).take(places)
        return Matches(words.repeat(lengths), SETS * places + sets, shares.astype(np.float32))

    def to_dict(self) -> dict[str, Any]:
        """Plain data and arrays that ``from_dict`` reads back."""
        return {
            "trie": self.trie.to_dict(),
            "kinds": smallest(self.kinds),
            "names": self.names,
            "counts": smallest(self.counts),
            "known": self.known,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Lexicon:
        """The lexicon that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        kinds = whole_numbers(data, "kinds", below=len(data["names"]))
        trie, counts = Trie.from_dict(data["trie"], len(kinds)), whole_numbers(data, "counts")
        known = int(data["known"])
        if not len(counts) <= known <= len(kinds):
            raise ValueError(f"{len(counts)} counts of {known} known ones of {len(kinds)} words")
        return cls(trie, kinds, data["names"], counts, known)


def counted(trie: Trie, texts: Iterable[str], count: int) -> Integers:
    """How often each of so many words is matched in normalised texts."""
    counts = np.zeros(count, dtype=np.int64)
    remaining = iter(texts)
    while group := list(islice(remaining, TOGETHER)):
        found, _, _ = trie(Texts.of(group).codes)
        counts += np.bincount(found, minlength=count)
    return counts
