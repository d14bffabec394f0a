"""The pieces that texts are tagged by, and what each shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ner.document import Document, Entity
from ner.features.context import context_of
from ner.features.soft import SoftTags
from ner.features.windows import Window
from ner.settings import FeatureSettings
from ner.tagging.alternatives import Alternative

# A text, the places of its sentences, and anything that goes with it.
Marked = tuple[str, Sequence[tuple[int, int]], Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that is tagged by itself, and what the model may know of the text before it."""

    text: str
    before: str

    def seen(self, window: Window, features: FeatureSettings) -> Piece:
        """The part that a window shows."""
        before = context_of(window.start, self.text, self.before, features)
        return Piece(self.text[window.start : window.end], before)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a text shows; how probable all its tags are together, what else it may show, and how
    probable each tag is, where that is asked."""

    entities: list[Entity]
    chance: float = 1.0
    alternatives: tuple[Alternative, ...] = ()
    soft: SoftTags | None = None

    def moved(self, offset: int) -> Looked:
        """The same in a text where it stands ``offset`` characters later."""
        if not offset:
            return self
        entities = [entity.moved(offset) for entity in self.entities]
        others = tuple(one.moved(offset) for one in self.alternatives)
        return Looked(entities, self.chance, others, self.soft)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside the entities: the chance of all tags, so many alternatives, the
    probable tags at a temperature."""

    sure: bool = False
    alternatives: int = 0
    soft: float | None = None


def gathered(split: Iterable[Marked], size: int) -> Iterator[list[Marked]]:
    """Texts in groups of ``size`` characters or more, the last one excepted."""
    group = []
    gained = 0
    for one in split:
        group.append(one)
        gained += len(one[0]) + 1
        if gained >= size:
            yield group
            group, gained = [], 0
    if group:
        yield group


def marked(
    documents: Iterable[Document],
) -> Iterator[tuple[str, Sequence[tuple[int, int]], Document]]:
    """The texts with the places of the sentences that the documents mark."""
    for document in documents:
        yield document.text, [(one.start, one.end) for one in document.sentences], document
