"""jieba's words: where in its word a character stands and, if wanted, the word's part of speech."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ner.features.jieba_cut import Cutter
from ner.features.jieba_words import SPEECH, cutter
from ner.features.texts import Integers, Texts

BEGINS, INSIDE, ENDS, SINGLE = 1, 2, 3, 4
PLACES = 5  # 0 pads; begins, inside, ends a word of several characters; is a word


class Segmentation:
    """The places in words of jieba's cut.

    Args:
        speech: whether places are told apart by their words' parts of speech.
        own: cuts texts as jieba did when the model was saved; if not given, jieba's package says.
    """

    def __init__(self, *, speech: bool, own: Cutter | None = None) -> None:
        self.speech, self._own = speech, own

    @property
    def cutter(self) -> Cutter:
        """What cuts the texts."""
        return cutter() if self._own is None else self._own

    @property
    def size(self) -> int:
        return 1 + (PLACES - 1) * (len(SPEECH) if self.speech else 1)

    @property
    def tuned(self) -> int:
        return self.size

    def __call__(self, texts: Texts, normalised: Texts) -> Integers:
        words = self.cutter(texts.codes)
        row = _places(words.lengths)
        if self.speech:
            row += (PLACES - 1) * words.speech.repeat(words.lengths)
        row[texts.ends] = 0
        return row

    def to_dict(self) -> dict[str, Any]:
        return {"speech": self.speech, "cutter": self.cutter.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Segmentation:
        speech = bool(data["speech"])
        saved = data.get("cutter")  # models of earlier versions have none
        own = None if saved is None else Cutter.from_dict(saved, kinds=len(SPEECH))
        return cls(speech=speech, own=own)


def _places(lengths: Integers) -> Integers:
    """The place of each character in its word, for words of these lengths."""
    ends = lengths.cumsum()
    places = np.full(lengths.sum(), INSIDE)
    places[ends - lengths] = BEGINS
    places[ends - 1] = np.where(lengths == 1, SINGLE, ENDS)
    return places
