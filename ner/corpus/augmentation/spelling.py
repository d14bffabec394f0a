"""The same characters in another guise: upper or lower case, full or half width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import drawn_places, stretches, substituting
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import CaseSettings, SpellingSettings, WidthSettings

HALF = range(0x21, 0x7F)  # ASCII's letters, digits and marks
FULL = range(0xFF01, 0xFF5F)  # the same, as wide as a Chinese character


class _Guise(NamedTuple):
    other: Callable[[str], str | None]  # the other guise of a character
    side: Callable[[str], bool]  # which of the two a character has


def case(settings: CaseSettings, material: Material) -> Augmentation:
    """Each letter changes case with probability rate, where the other case is one letter too."""
    return _disguised(settings, _Guise(_other_case, str.isupper))


def width(settings: WidthSettings, material: Material) -> Augmentation:
    """Each letter, digit or mark of ASCII changes width with probability rate: ``A`` ↔ ``Ａ``.

    Chinese commas, colons, question marks … are the full-width ones; 。 and 、 have no place in
    ASCII and stay, as blanks do.
    """
    return _disguised(settings, _Guise(_other_width, lambda character: ord(character) in HALF))


def _disguised(settings: SpellingSettings, guise: _Guise) -> Augmentation:
    """Each character, or with ``by: run`` each run of them, in its other guise.

    A run is letters, digits, or one mark again and again, and ends at borders. All of it takes the
    guise that its first character takes.
    """
    if settings.by == "character":
        return substituting(settings, lambda character, _: guise.other(character))

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        drawn = frozenset(drawn_places(document, settings, generator))
        runs = [(start, end) for start, end in _runs(document) if start in drawn]
        made = [Edit(start, end, _whole(document.text[start:end], guise)) for start, end in runs]
        return [edit for edit in made if document.text[edit.start : edit.end] != edit.replacement]

    return each(edits_of)


def _runs(document: Document) -> Iterator[tuple[int, int]]:
    for start, end in stretches(document):
        for _, run in groupby(document.text[start:end], key=_family):
            length = len(list(run))
            yield start, start + length
            start += length


def _family(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "letter" if character.upper() != character.lower() else character


def _whole(run: str, guise: _Guise) -> str:
    side = guise.side(run[0])
    if guise.other(run[0]) is None:
        return run
    return "".join((guise.other(one) if guise.side(one) == side else None) or one for one in run)


def _other_case(character: str) -> str | None:
    other = character.swapcase()
    return other if len(other) == 1 and other != character else None


def _other_width(character: str) -> str | None:
    code = ord(character)
    if code in HALF:
        return chr(FULL[code - HALF.start])
    return chr(HALF[code - FULL.start]) if code in FULL else None
