"""Many texts as one row of character numbers, as the model's features write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.tagging.dictionary.rules import NOWHERE

Numbers = NDArray[np.int64]
Codes = NDArray[np.uint32]

UNICODE = 0x110000
UNSEEN = 0xFFFFFFFF
ALPHABETS = 0x2E80  # scripts that write words apart stand before, Han and kana behind
NEITHER, LETTER, DIGIT = range(3)


class Signs:
    """Normalises texts by a table that learns each character when it is first met.

    Args:
        normalise: gives the character that stands for a character.
    """

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._codes = np.full(UNICODE, UNSEEN, dtype=np.uint32)
        self._kinds = np.zeros(UNICODE, dtype=np.uint8)

    def codes(self, text: str) -> Codes:
        """The numbers of the normalised characters; lone surrogates are ``NOWHERE``."""
        raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        codes = self._codes.take(raw)
        unseen = codes == UNSEEN
        if unseen.any():
            for code in np.unique(raw[unseen]).tolist():
                self._learn(code)
            codes = self._codes.take(raw)
        return codes

    def text(self, codes: Codes) -> str:
        """The characters of these numbers."""
        return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")

    def whole_words(self, codes: Codes, starts: Numbers, ends: Numbers) -> NDArray[np.bool_]:
        """Whether spans cut no word of letters and no number in two."""
        last = len(codes) - 1
        before, after = codes.take(np.maximum(starts - 1, 0)), codes.take(np.minimum(ends, last))
        cut = self._alike(before, codes.take(starts)) & (starts > 0)
        return ~(cut | self._alike(codes.take(ends - 1), after) & (ends <= last))

    def _alike(self, one: Codes, other: Codes) -> NDArray[np.bool_]:
        kinds = self._kinds.take(one)
        found: Any = (kinds != NEITHER) & (kinds == self._kinds.take(other))
        return np.asarray(found, dtype=np.bool_)

    def _learn(self, code: int) -> None:
        surrogate = 0xD800 <= code <= 0xDFFF
        written = NOWHERE if surrogate else self._normalise(chr(code))
        self._kinds[ord(written)] = _kind(written)
        self._codes[code] = ord(written)


def _kind(character: str) -> int:
    if character.isdecimal():
        return DIGIT
    wide = "Ａ" <= character <= "ｚ"
    return LETTER if character.isalpha() and (ord(character) < ALPHABETS or wide) else NEITHER
