"""Characters left out and typed twice, and punctuation left out."""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import drawn_places, spared, substituting
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import CharacterSettings, DoubleSettings, DropSettings, PunctuationSettings

MARKS = frozenset(
    "，。、；：？！…—“”‘’（）《》〈〉【】「」『』［］｛｝·•．～〜｡､,.;:?!()[]{}<>\"'~"
)


def drop(settings: DropSettings, material: Material) -> Augmentation:
    """Each letter (character, too) or digit is left out with probability rate.

    No entity, sentence or text loses its last one.
    """
    return _without(settings, lambda text, place: text[place].isalnum())


def punctuation(settings: PunctuationSettings, material: Material) -> Augmentation:
    """Each punctuation mark is left out with probability rate; 3.5, 12:30 and a.cn keep theirs.

    What consists of marks alone, entity or sentence, keeps one.
    """
    return _without(settings, is_mark)


def double(settings: DoubleSettings, material: Material) -> Augmentation:
    """Each letter (character, too) or digit stands twice with probability rate."""
    return substituting(settings, lambda one, _: 2 * one if one.isalnum() else None)


def is_mark(text: str, place: int) -> bool:
    """Whether a punctuation mark stands there, and not one inside a number or a Latin word."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    inner = len(around) == 2 and around.isascii() and around.isalnum()
    return text[place] in MARKS and not inner


def _without(settings: CharacterSettings, goes: Callable[[str, int], bool]) -> Augmentation:
    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        drawn = drawn_places(document, settings, generator)
        left_out = spared(document, [place for place in drawn if goes(document.text, place)])
        return [Edit(place, place + 1, "") for place in left_out]

    return each(edits_of)
