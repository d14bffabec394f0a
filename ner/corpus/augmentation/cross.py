"""Mentions that train has under another label."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material
from ner.corpus.augmentation.mentions import mentions_of
from ner.corpus.augmentation.places import replaceable
from ner.corpus.edits import Edit, apply
from ner.document import Document, Entity
from ner.settings import CrossSettings

AROUND = 2  # characters at each side of a mention by which labels are compared
Neighbour = tuple[bool, str]  # whether they stand behind the mention, and the characters


def cross(settings: CrossSettings, material: Material) -> Augmentation:
    """A mention becomes one that train has under another label alone, where either could stand.

    It could where the two characters before the mention stand before mentions of that other label
    in train, too, and the two behind it behind them; what is nearer to a sentence's end has the
    fewer that are left. Such a sentence does not say what the mention is, so the mention says it:
    the entity gets the label of its new text. Of the labels that fit and then of their mentions
    each is as likely. The replacement is that of CrossCategory of Gui et al., "TextFlint", ACL
    2021; the condition and the new label are this project's.
    """
    known = _Known(material.seen)

    def crossed(document: Document, generator: Generator) -> Document:
        edits: list[Edit] = []
        labels: dict[tuple[int, int], str] = {}
        ends = _ends(document)
        for entity in replaceable(document):
            if generator.random() < settings.rate:
                drawn = known.draw(entity, _neighbours(document.text, entity, ends), generator)
                if drawn is not None:
                    text, labels[entity.start, entity.end] = drawn
                    edits.append(Edit(entity.start, entity.end, text))
        if not edits:
            return document
        new = [labels.get((one.start, one.end), one.label) for one in document.entities]
        moved = apply(document, edits)
        pairs = zip(moved.entities, new, strict=True)
        return moved.with_entities([replace(entity, label=label) for entity, label in pairs])

    def augmented(documents: Sequence[Document], generator: Generator) -> list[Document]:
        return [crossed(document, generator) for document in documents]

    return augmented


class _Known:
    """The mentions that documents have under one label alone, and what stands beside a label's."""

    def __init__(self, documents: Sequence[Document]) -> None:
        labels: dict[str, set[str]] = {}
        for text, label in mentions_of(documents):
            labels.setdefault(text, set()).add(label)
        self._texts: dict[str, list[str]] = {}
        for text in sorted(labels):
            if len(labels[text]) == 1:
                (label,) = labels[text]
                self._texts.setdefault(label, []).append(text)
        self._beside: dict[str, set[Neighbour]] = {}
        for document in documents:
            ends = _ends(document)
            for entity in document.entities:
                own = self._beside.setdefault(entity.label, set())
                own.update(_neighbours(document.text, entity, ends))

    def draw(
        self, entity: Entity, beside: set[Neighbour], generator: Generator
    ) -> tuple[str, str] | None:
        """A text and its label, or None where no other label fits."""
        others = [label for label in sorted(self._texts) if label != entity.label]
        fitting = [label for label in others if beside <= self._beside[label]]
        if not fitting:
            return None
        label = fitting[int(generator.integers(len(fitting)))]
        text = self._texts[label][int(generator.integers(len(self._texts[label])))]
        return (text, label) if text != entity.text else None


def _ends(document: Document) -> list[int]:
    """Where sentences begin and end, in order."""
    spans = ((0, len(document.text)), *document.spans)
    return sorted({place for span in spans for place in span})


def _neighbours(text: str, entity: Entity, ends: list[int]) -> set[Neighbour]:
    """What stands before and behind in the same sentence, at most AROUND characters."""
    first = ends[bisect_right(ends, entity.start) - 1]
    last = ends[bisect_left(ends, entity.end)]
    before = text[max(first, entity.start - AROUND) : entity.start]
    behind = text[entity.end : min(last, entity.end + AROUND)]
    return {(False, before), (True, behind)}
