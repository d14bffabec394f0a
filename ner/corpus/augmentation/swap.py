"""Mentions of one label that take each other's places, in a sentence or in the whole corpus."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.places import replaceable
from ner.corpus.edits import Edit, apply
from ner.document import Document, Entity
from ner.settings import SwapSettings

Group = tuple[int, int, str]  # document, sentence, label; -1 where all are one group


class _Mention(NamedTuple):
    document: int
    entity: Entity


def swap(settings: SwapSettings, material: Material) -> Augmentation:
    """Each mention is drawn with probability rate; those drawn of a label exchange their texts.

    As many of them as possible get a text other than their own. No text is lost and none appears
    twice. ``within: sentence`` exchanges inside a sentence, ``corpus`` among all documents.
    """

    def augmented(documents: Sequence[Document], generator: Generator) -> list[Document]:
        edits: list[list[Edit]] = [[] for _ in documents]
        for group in _groups(documents, settings, generator):
            for mention, text in _exchanged(group, generator):
                entity = mention.entity
                edits[mention.document].append(Edit(entity.start, entity.end, text))
        return [apply(document, own) for document, own in zip(documents, edits, strict=True)]

    return augmented


def _groups(
    documents: Sequence[Document], settings: SwapSettings, generator: Generator
) -> list[list[_Mention]]:
    """The drawn mentions that may exchange their texts."""
    groups: dict[Group, list[_Mention]] = {}
    for number, sentence, entity in _placed(documents):
        if generator.random() < settings.rate:
            narrow = settings.within == "sentence"
            place = (number, sentence) if narrow else (-1, -1)
            groups.setdefault((*place, entity.label), []).append(_Mention(number, entity))
    return list(groups.values())


def _placed(documents: Sequence[Document]) -> Iterator[tuple[int, int, Entity]]:
    """Every mention that can be replaced, with the numbers of its document and sentence."""
    for number, document in enumerate(documents):
        starts = [start for start, _ in document.spans]
        for entity in replaceable(document):
            yield number, bisect_right(starts, entity.start), entity


def _exchanged(group: list[_Mention], generator: Generator) -> Iterator[tuple[_Mention, str]]:
    """The mentions that get another text, and that text.

    With equal texts side by side and the most frequent one standing m times, the text m places on
    is another wherever one can be.
    """
    counts = Counter(mention.entity.text for mention in group)
    if len(counts) < 2:
        return
    texts = sorted(counts)
    order = {texts[place]: rank for rank, place in enumerate(generator.permutation(len(texts)))}
    shuffled = [group[place] for place in generator.permutation(len(group))]
    ordered = sorted(shuffled, key=lambda mention: order[mention.entity.text])
    step = max(counts.values())
    for place, mention in enumerate(ordered):
        text = ordered[(place + step) % len(ordered)].entity.text
        if text != mention.entity.text:
            yield mention, text
