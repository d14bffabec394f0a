"""Spellings of one character made one: width, case and script, always a character for a character.

The text itself is never changed: only what the vocabulary looks up is, so no offset moves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping

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
        script: the table for ``script``.
    """

    def __init__(self, rules: Iterable[str], script: Mapping[str, str]) -> None:
        wanted = set(rules)
        self._rules = [rule for name, rule in RULES.items() if name in wanted]
        self.script = dict(script) if "script" in wanted else {}
        self._known: dict[str, str] = {}

    @classmethod
    def of(cls, rules: Collection[str]) -> Normaliser:
        """The chosen rules, with OpenCC's table where the script is one of them."""
        return cls(rules, traditional_to_simplified() if "script" in rules else {})

    def text(self, text: str) -> str:
        """The text with every character normalised, of the same length."""
        return "".join(map(self, text))

    def __call__(self, character: str) -> str:
        """The character that stands for ``character`` in the vocabulary."""
        known = self._known.get(character)
        if known is None:
            known = character
            for rule in self._rules:
                known = rule(known)
            known = self.script.get(known, known)
            self._known[character] = known
        return known
