"""What jieba's dictionary says of its words, and the characters that jieba looks into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.jieba_unlisted import HAN_FIRST, HAN_LAST
from ner.features.names import Names
from ner.features.packing import ArrayError, smallest, whole_numbers
from ner.features.texts import Integers

NO, ASCII, HAN = range(3)  # kinds of characters: those that jieba does not look into, the others
KINDS = np.zeros(HAN_LAST + 2, dtype=np.int8)  # by code point; all others are as the last one
KINDS[[code for code in range(128) if re.match(r"[a-zA-Z0-9+#&._%\-]", chr(code))]] = ASCII
KINDS[HAN_FIRST : HAN_LAST + 1] = HAN


@dataclass(frozen=True, slots=True)
class Listed:
    """Words of a dictionary.

    Args:
        counts: how often words occur, each number once.
        which: of each word the place of its number in ``counts``.
        speech: of each word the number of its part of speech.
        total: how often all words of the dictionary occur.
    """

    counts: Integers
    which: NDArray[Any]
    speech: NDArray[Any]
    total: int

    @classmethod
    def of(cls, counts: Integers, speech: Integers, total: int) -> Listed:
        """Words that occur so often and are of these parts of speech."""
        distinct, which = np.unique(counts, return_inverse=True)
        return cls(distinct, which, speech, total)

    def only(self, chosen: Integers) -> Listed:
        """The words at these places."""
        return Listed(self.counts, self.which[chosen], self.speech[chosen], self.total)

    def __len__(self) -> int:
        return len(self.which)

    def to_dict(self) -> dict[str, Any]:
        """Plain data and arrays that ``from_dict`` reads back."""
        return {
            "counts": smallest(self.counts),
            "which": smallest(self.which),
            "speech": smallest(self.speech),
            "total": self.total,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, kinds: int) -> Listed:
        """The words that were saved, of so many parts of speech.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        counts, total = whole_numbers(data, "counts"), int(data["total"])
        which = whole_numbers(data, "which", below=len(counts))
        speech = whole_numbers(data, "speech", below=kinds)
        if len(which) != len(speech):
            raise ArrayError(f"{len(which)} words, but parts of speech of {len(speech)}")
        if len(counts) and not 0 < counts.min() <= counts.max() <= total:
            raise ArrayError(f"counts: {counts.min()}…{counts.max()}, expected 1…{total}")
        return cls(counts, which, speech, total)


def able(names: Names) -> NDArray[np.bool_]:
    """Which words jieba can find: those of characters that it looks into, and of no other."""
    outside = np.flatnonzero(KINDS.take(names.codes, mode="clip") == NO)
    chosen = np.ones(len(names), dtype=np.bool_)
    chosen[np.searchsorted(names.starts(), outside, side="right") - 1] = False
    return chosen
