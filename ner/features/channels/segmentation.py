"""jieba's words: where in its word a character stands and, if wanted, the word's part of speech."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner.features.jieba_words import SPEECH, cut, speech_of

BEGINS, INSIDE, ENDS, SINGLE = 1, 2, 3, 4
PLACES = 5  # 0 pads; begins, inside, ends a word of several characters; is a word


def word_places(text: str, *, speech: bool = False) -> list[int]:
    """A number in 1…4 for each character of ``text``; 4 more for each next part of speech."""
    places: list[int] = []
    for word in cut(text):
        inner = [INSIDE] * (len(word) - 2)
        own = [SINGLE] if len(word) == 1 else [BEGINS, *inner, ENDS]
        if speech:
            first = (PLACES - 1) * speech_of(word)
            own = [first + place for place in own]
        places += own
    return places


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

    def __call__(self, text: str, normalised: str) -> list[int]:
        return word_places(text, speech=self.speech)

    def to_dict(self) -> dict[str, Any]:
        return {"speech": self.speech}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Segmentation:
        return cls(speech=bool(data["speech"]))
