"""DOCUMENTS → SENTENCES with both layers, gold and predicted, as strict scoring sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ner.document import Document, Entity
from ner.errors import Place
from ner.sentences import sentence_spans
from ner.tags import decode, encode

LONG = 300  # characters: a longer text without marked sentences is cut where sentences end


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, its gold and its predicted entities in order; neither layer overlaps itself.

    ``place`` is where its document begins in the file, if that is known.
    """

    text: str
    gold: tuple[Entity, ...]
    predicted: tuple[Entity, ...]
    place: Place | None = None


def pairs(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Pair]:
    """The sentences of documents with the same texts in the same order.

    Entities that one layer of tags cannot hold are left out, as ``score`` leaves them out. No
    entity is cut: sentences that one of them crosses are one.

    Raises:
        ValueError: the texts differ.
    """
    if [one.text for one in gold] != [one.text for one in predicted]:
        raise ValueError("gold and predicted documents are not the same texts")
    return [
        pair for one, other in zip(gold, predicted, strict=True) for pair in _sentences(one, other)
    ]


def flat(document: Document) -> list[Entity]:
    """The entities that one layer of tags holds, in order."""
    spans = [(one.start, one.end, str(place)) for place, one in enumerate(document.entities)]
    tags, _ = encode(spans, len(document.text))
    return [document.entities[int(place)] for _, _, place in decode(tags)]


def _sentences(gold: Document, predicted: Document) -> Iterator[Pair]:
    true, found = flat(gold), flat(predicted)
    inside = {place for one in (*true, *found) for place in range(one.start + 1, one.end)}
    cuts = [place for place in _starts(gold) if 0 < place < len(gold.text) and place not in inside]
    for start, end in pairwise([0, *cuts, len(gold.text)]):
        if start < end:
            layers = (_within(true, start, end), _within(found, start, end))
            yield Pair(gold.text[start:end], *layers, gold.place)


def _starts(document: Document) -> list[int]:
    if document.marks_sentences:
        return [start for start, _ in document.spans]
    if len(document.text) <= LONG:
        return []
    return [start for start, _ in sentence_spans(document.text)]


def _within(entities: Sequence[Entity], start: int, end: int) -> tuple[Entity, ...]:
    return tuple(one.moved(-start) for one in entities if start <= one.start < end)
