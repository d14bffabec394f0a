"""One slip of the pen in an entity."""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.augmentation.mistaken import homophones, look_alikes
from ner.corpus.augmentation.places import Substitute, replaceable
from ner.corpus.augmentation.transpose import can_change_places
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import TypoSettings

Slip = Callable[[str, int, Generator], str | None]  # an entity's text with a typo at a place


def typo(settings: TypoSettings, material: Material) -> Augmentation:
    """Each mention that can be replaced gets, with probability rate, one typo.

    It is any that is possible at a place drawn in it, each as likely: a homophone, a look-alike,
    two neighbours exchanged, a character left out or typed twice. EntTypos of Gui et al.,
    "TextFlint", ACL 2021.
    """
    wrong = (homophones(material, tone=False), look_alikes())
    slips: list[Slip] = [*map(_substituted, wrong), _exchanged, _left_out, _doubled]

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        edits = []
        for entity in replaceable(document):
            if generator.random() < settings.rate:
                place = int(generator.integers(len(entity.text)))
                made = [slip(entity.text, place, generator) for slip in slips]
                possible = [text for text in made if text is not None]
                if possible:
                    chosen = possible[int(generator.integers(len(possible)))]
                    edits.append(Edit(entity.start, entity.end, chosen))
        return edits

    return each(edits_of)


def _substituted(substitute: Substitute) -> Slip:
    def slip(text: str, place: int, generator: Generator) -> str | None:
        other = substitute(text[place], generator)
        return None if other is None else text[:place] + other + text[place + 1 :]

    return slip


def _exchanged(text: str, place: int, _: Generator) -> str | None:
    pair = text[place : place + 2]
    fits = can_change_places(pair)
    return text[:place] + pair[::-1] + text[place + 2 :] if fits else None


def _left_out(text: str, place: int, _: Generator) -> str | None:
    fits = text[place].isalnum() and len(text) > 1
    return text[:place] + text[place + 1 :] if fits else None


def _doubled(text: str, place: int, _: Generator) -> str | None:
    return text[:place] + text[place] + text[place:] if text[place].isalnum() else None
