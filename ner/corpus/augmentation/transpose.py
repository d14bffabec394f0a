"""Neighbouring characters that change places, as in hasty typing."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import pairwise

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import borders, covered, drawn_places, stretches
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import TransposeSettings
from ner.words import cut


def transpose(settings: TransposeSettings, material: Material) -> Augmentation:
    """Two neighbours are exchanged with probability rate, from left to right, each at most once.

    They are different letters (characters, too) or digits, with no border of an entity or a
    sentence between them; marks, blanks and emoji stay. ``within: words`` exchanges what readers
    overlook: two characters of one word by jieba, or the inner two of two words of two, as in
    研究表明 → 研表究明; an entity is one word.
    """

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        places = drawn_places(document, settings, generator)
        closed = frozenset(borders(document)) if places else frozenset()
        free: Container[int] = range(len(document.text))
        if settings.within == "words" and places:
            free = frozenset(_within_words(document))
        edits: list[Edit] = []
        for place in places:
            taken = bool(edits) and place < edits[-1].end
            pair = document.text[place : place + 2]
            fits = place in free and place + 1 not in closed
            if fits and not taken and can_change_places(pair):
                edits.append(Edit(place, place + 2, pair[::-1]))
        return edits

    return each(edits_of)


def can_change_places(pair: str) -> bool:
    """Whether these are two different letters or digits."""
    return len(pair) == 2 and pair[0] != pair[1] and pair.isalnum()


def _within_words(document: Document) -> Iterator[int]:
    """The places where a pair begins whose exchange leaves its words recognisable."""
    inside = covered(document)
    for start, end in stretches(document):
        if inside[start]:
            yield from range(start, end - 1)
        else:
            yield from (start + place for place in _inner_pairs(document.text[start:end]))


def _inner_pairs(text: str) -> Iterator[int]:
    """Where two neighbours stand in one word, or between two words of two characters."""
    lengths = [len(word) for word in cut(text)]
    place = 0
    for length, coming in pairwise([*lengths, 0]):
        yield from range(place, place + length - 1)
        place += length
        if length == coming == 2:
            yield place - 1
