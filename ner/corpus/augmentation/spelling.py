"""The same characters in another guise: upper or lower case, full or half width."""

from __future__ import annotations

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.places import substituting
from ner.settings import CaseSettings, WidthSettings

HALF = range(0x21, 0x7F)  # ASCII's letters, digits and marks
FULL = range(0xFF01, 0xFF5F)  # the same, as wide as a Chinese character


def case(settings: CaseSettings, material: Material) -> Augmentation:
    """Each letter changes case with probability rate, where the other case is one letter too."""
    return substituting(settings, lambda character, _: _other_case(character))


def width(settings: WidthSettings, material: Material) -> Augmentation:
    """Each letter, digit or mark of ASCII changes width with probability rate: ``A`` ↔ ``Ａ``.

    Chinese commas, colons, question marks … are the full-width ones; 。 and 、 have no place in
    ASCII and stay, as blanks do.
    """
    return substituting(settings, lambda character, _: _other_width(character))


def _other_case(character: str) -> str | None:
    other = character.swapcase()
    return other if len(other) == 1 and other != character else None


def _other_width(character: str) -> str | None:
    code = ord(character)
    if code in HALF:
        return chr(FULL[code - HALF.start])
    return chr(HALF[code - FULL.start]) if code in FULL else None
