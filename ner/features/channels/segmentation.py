"""jieba's words: where in its word a character stands and, if wanted, the word's part of speech."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ner.features.jieba_words import SPEECH, cut, speech_numbers
from ner.features.texts import Integers, Texts

BEGINS, INSIDE, ENDS, SINGLE = 1, 2, 3, 4
PLACES = 5  # 0 pads; begins, inside, ends a word of several characters; is a word


class Segmentation:
    """The places in words of jieba's cut.

    Args:
        speech: whether places are told apart by their words' parts of speech.
    """

    def __init__(self, *, speech: bool) -> None:
        self.speech = speech

    @property
    def size(self) -> int:
        return 1 + (PLACES - 1) * (len(SPEECH) if self.speech else 1)

    @property
    def tuned(self) -> int:
        return self.size

    def __call__(self, texts: Texts, normalised: Texts) -> Integers:
        words: list[str] = []
        for text in texts.texts:
            words += cut(text)
            words.append("\n")  # at the border
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        row = _places(lengths)
        if self.speech:
            known = speech_numbers()
            speech = np.array([known.get(word, 0) for word in words], dtype=np.int64)
            row += (PLACES - 1) * speech.repeat(lengths)
        row[texts.ends] = 0
        return row

    def to_dict(self) -> dict[str, Any]:
        return {"speech": self.speech}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Segmentation:
        return cls(speech=bool(data["speech"]))


def _places(lengths: Integers) -> Integers:
    """The place of each character in its word, for words of these lengths."""
    ends = lengths.cumsum()
    places = np.full(lengths.sum(), INSIDE)
    places[ends - lengths] = BEGINS
    places[ends - 1] = np.where(lengths == 1, SINGLE, ENDS)
    return places
