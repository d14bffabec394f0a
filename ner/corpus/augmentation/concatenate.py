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
    """Each sentence that is not empty is, with probability rate, joined to others behind it.

    There are at most ``most`` of them, any number as likely. Each comes with its entities, drawn as
    often as train has its text. ``between`` stands between two. A sentence whose end an entity
    crosses stays as it is.
    """
    sentences = [one for document in material.documents for one in document.sentences if one.text]
    known = {sentence.text: sentence for sentence in reversed(sentences)}
    pool = Pool(Counter(sentence.text for sentence in sentences))

    def following(sentence: Sentence, generator: Generator) -> list[Sentence]:
        if not sentence.text or generator.random() >= settings.rate:
            return []
        count = int(generator.integers(settings.most)) + 1 if settings.most > 1 else 1
        drawn = (pool.another(sentence.text, generator) for _ in range(count))
        return [known[text] for text in drawn if text is not None]

    def joined(document: Document, generator: Generator) -> Document:
        coming = [following(sentence, generator) for sentence in document.sentences]
        return _joined(document, coming, settings.between)

    def augmented(documents: Sequence[Document], generator: Generator) -> list[Document]:
        return [joined(document, generator) for document in documents]

    return augmented


def _joined(document: Document, coming: Sequence[Sequence[Sentence]], between: str) -> Document:
    """The document with each sentence followed, inside its own span, by what comes for it."""
    inner = _inner(document.entities)
    edits: list[Edit] = []
    added: list[Entity] = []
    spans: list[tuple[int, int]] = []
    gained = 0
    for sentence, others in zip(document.sentences, coming, strict=True):
        start, end = sentence.start + gained, sentence.end + gained
        for other in () if _is_inside(inner, sentence.end) else others:
            edits.append(Edit(sentence.end, sentence.end, between + other.text))
            added += [entity.moved(end + len(between)) for entity in other.entities]
            end += len(between) + len(other.text)
        gained = end - sentence.end
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
