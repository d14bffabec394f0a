"""Spellings of one character made one: width, case and script, always a character for a character.

The text itself is never changed: only what the vocabulary looks up is, so no offset moves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ner.features.texts import BORDER, POINTS, Integers, Texts

HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000))  # the blocks that OpenCC's character tables cover


def full_to_half(character: str) -> str:
    """The ordinary form of a full- or half-width variant: ``Ａ`` → ``A``, U+3000 → blank."""
    kind, _, code = unicodedata.decomposition(character).partition(" ")
    return chr(int(code, 16)) if kind in ("<wide>", "<narrow>") and " " not in code else character


def lower(character: str) -> str:
    """Lower case, where that is one character too (İ stays)."""
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def traditional_to_simplified() -> dict[str, str]:
    """Traditional characters and the one simplified character each becomes, by OpenCC's tables.

    OpenCC is needed when a model is made; the model carries the table.
    """
    from opencc import OpenCC

    characters = [chr(code) for first, last in HAN for code in range(first, last)]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simplified, strict=True)
    return {old: new for old, new in pairs if old != new and len(new) == 1}


RULES: dict[str, Callable[[str], str]] = {"width": full_to_half, "case": lower}


class Normaliser:
    """The chosen rules, in the order width, case, script.

    Args:
        rules: names out of ``width``, ``case``, ``script``.
        script: the table for ``script``, of characters.

    Raises:
        ValueError: the table has something else than characters.
    """

    def __init__(self, rules: Iterable[str], script: Mapping[str, str]) -> None:
        wanted = set(rules)
        self._rules = [rule for name, rule in RULES.items() if name in wanted]
        self.script = dict(script) if "script" in wanted else {}
        if any(len(old) != 1 or len(new) != 1 for old, new in self.script.items()):
            raise ValueError("a table of something else than characters")
        self._forms = _Forms(self)
        self._table = np.zeros(POINTS, dtype=np.int32)  # code points, one more; 0: not met so far
        self._table[BORDER] = BORDER + 1

    @classmethod
    def of(cls, rules: Collection[str]) -> Normaliser:
        """The chosen rules, with OpenCC's table where the script is one of them."""
        return cls(rules, traditional_to_simplified() if "script" in rules else {})

    def texts(self, texts: Texts) -> Texts:
        """The texts with every character normalised."""
        return replace(texts, codes=self._codes(texts.codes))

    def simplified(self, texts: Texts) -> Texts:
        """The texts with nothing but their script normalised, if that is one of the rules."""
        if not self.script:
            return texts
        return replace(texts, codes=self._simplified.take(texts.codes).astype(np.int64))

    @cached_property
    def _simplified(self) -> NDArray[np.int32]:
        """The code point that stands for each code point."""
        table = np.arange(POINTS, dtype=np.int32)
        table[[ord(old) for old in self.script]] = [ord(new) for new in self.script.values()]
        return table

    def text(self, text: str) -> str:
        """The text with every character normalised, of the same length."""
        return text.translate(self._forms)

    def __call__(self, character: str) -> str:
        """The character that stands for ``character`` in the vocabulary."""
        for rule in self._rules:
            character = rule(character)
        return self.script.get(character, character)

    def _codes(self, codes: Integers) -> Integers:
        found = self._table.take(codes)
        if not found.all():
            for code in set(codes[found == 0].tolist()):
                self._table[code] = 1 + self._forms[code]
            found = self._table.take(codes)
        normalised: Integers = found.astype(np.int64) - 1
        return normalised


class _Forms(dict[int, int]):
    """The code points that stand for code points, each looked up when it is first met."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, code: int) -> int:
        self[code] = ord(self._form(chr(code)))
        return self[code]
