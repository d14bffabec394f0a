"""Neighbouring characters that change places, as in hasty typing."""

from __future__ import annotations

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.places import borders, drawn_places
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import TransposeSettings


def transpose(settings: TransposeSettings, material: Material) -> Augmentation:
    """Two neighbours are exchanged with probability rate, from left to right, each at most once.

    They are different letters (characters, too) or digits, with no border of an entity or a
    sentence between them; marks, blanks and emoji stay.
    """

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        places = drawn_places(document, settings, generator)
        closed = frozenset(borders(document)) if places else frozenset()
        edits: list[Edit] = []
        for place in places:
            taken = bool(edits) and place < edits[-1].end
            pair = document.text[place : place + 2]
            if not taken and place + 1 not in closed and _can_change_places(pair):
                edits.append(Edit(place, place + 2, pair[::-1]))
        return edits

    return each(edits_of)


def _can_change_places(pair: str) -> bool:
    return len(pair) == 2 and pair[0] != pair[1] and pair.isalnum()
