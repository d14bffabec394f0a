"""Where a document may be changed: single characters, and entities as a whole."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ner.corpus.augmentation.augmentation import Augmentation, each
from ner.corpus.edits import Edit
from ner.document import Document, Entity
from ner.settings import CharacterSettings

Substitute = Callable[[str, Generator], str | None]


def drawn_places(
    document: Document, settings: CharacterSettings, generator: Generator
) -> list[int]:
    """The places of characters where ``settings`` allows a change, each with probability rate."""
    drawn = generator.random(len(document.text)) < settings.rate
    if settings.where != "everywhere":
        inside = covered(document)
        drawn &= inside if settings.where == "inside" else ~inside
    places: list[int] = np.flatnonzero(drawn).tolist()
    return places


def covered(document: Document) -> NDArray[np.bool_]:
    """Whether each character is one of an entity's."""
    inside = np.zeros(len(document.text), dtype=bool)
    for entity in document.entities:
        inside[entity.start : entity.end] = True
    return inside


def spared(document: Document, places: Iterable[int]) -> list[int]:
    """The places whose characters may be deleted: no entity, sentence or text loses all it has.

    Of what would be emptied the last character stays.
    """
    left = set(places)
    whole = [(entity.start, entity.end) for entity in document.entities]
    for start, end in (*whole, *document.spans, (0, len(document.text))):
        if start < end and left.issuperset(range(start, end)):
            left.discard(end - 1)
    return sorted(left)


def substituting(settings: CharacterSettings, substitute: Substitute) -> Augmentation:
    """The augmentation that puts one character for another; None from ``substitute`` is no change.

    Every character that has a substitute is changed with probability rate.
    """

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        edits = []
        for place in drawn_places(document, settings, generator):
            other = substitute(document.text[place], generator)
            if other is not None:
                edits.append(Edit(place, place + 1, other))
        return edits

    return each(edits_of)


def stretches(document: Document) -> Iterator[tuple[int, int]]:
    """The places between one border and the next, empty ones left out; together the whole text."""
    marked = sorted({0, *borders(document), len(document.text)})
    yield from pairwise(marked)


def borders(document: Document) -> list[int]:
    """Every place where an entity or a sentence begins or ends, in order."""
    found = {place for entity in document.entities for place in (entity.start, entity.end)}
    found.update(place for span in document.spans for place in span)
    return sorted(found)


def replaceable(document: Document) -> list[Entity]:
    """The entities that can be given another text: none of them overlap.

    An entity that holds another, crosses another or a sentence's end, or shares its place with
    another is none; one that another holds is: the outer one stretches.
    """
    if not document.entities:
        return []
    marked = borders(document)
    places = Counter((entity.start, entity.end) for entity in document.entities)
    return [
        entity
        for entity in document.entities
        if places[entity.start, entity.end] == 1
        and marked[bisect_right(marked, entity.start)] == entity.end
    ]
