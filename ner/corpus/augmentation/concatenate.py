"""Sentences that go on with another sentence of train."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.pool import Pool
from ner.corpus.edits import Edit, apply
from ner.document import Document, Entity, Sentence
from ner.settings import ConcatenateSettings


def concatenate(settings: ConcatenateSettings, material: Material) -> Augmentation:
    """Each sentence that is not empty is, with probability rate, joined to another behind it.

    The other one comes with its entities, drawn as often as train has its text. ``between`` stands
    between the two. A sentence whose end an entity crosses stays as it is.
    """
    sentences = [one for document in material.documents for one in document.sentences if one.text]
    known = {sentence.text: sentence for sentence in reversed(sentences)}
    pool = Pool(Counter(sentence.text for sentence in sentences))

    def joined(document: Document, generator: Generator) -> Document:
        coming: list[Sentence | None] = []
        for sentence in document.sentences:
            drawn = sentence.text and generator.random() < settings.rate
            text = pool.another(sentence.text, generator) if drawn else None
            coming.append(known[text] if text is not None else None)
        return _joined(document, coming, settings.between)

    def augmented(documents: Sequence[Document], generator: Generator) -> list[Document]:
        return [joined(document, generator) for document in documents]

    return augmented


def _joined(document: Document, coming: Sequence[Sentence | None], between: str) -> Document:
    """The document with each sentence followed, inside its own span, by what comes for it."""
    inner = _inner(document.entities)
    edits: list[Edit] = []
    added: list[Entity] = []
    spans: list[tuple[int, int]] = []
    gained = 0
    for sentence, other in zip(document.sentences, coming, strict=True):
        start, end = sentence.start + gained, sentence.end + gained
        if other is not None and not _is_inside(inner, sentence.end):
            edits.append(Edit(sentence.end, sentence.end, between + other.text))
            added += [entity.moved(end + len(between)) for entity in other.entities]
            gained += len(between) + len(other.text)
            end += len(between) + len(other.text)
        spans.append((start, end))
    if not edits:
        return document
    bare = apply(replace(document, spans=()), edits)
    entities = tuple(sorted((*bare.entities, *added), key=lambda entity: entity.start))
    return replace(bare, entities=entities, spans=tuple(spans) if document.spans else ())


def _inner(entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """The stretches of places inside entities, in order, those that touch or overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((entity.start, entity.end) for entity in entities):
        if merged and start < merged[-1][1]:
            start, last = merged.pop()
            end = max(last, end)
        merged.append((start, end))
    return merged


def _is_inside(stretches: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether the place lies strictly inside one of the stretches."""
    count = bisect_left(stretches, (place, 0))
    return count > 0 and stretches[count - 1][1] > place
