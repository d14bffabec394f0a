"""What a tagger looks at, and what it saw there."""

from __future__ import annotations

from dataclasses import dataclass

from ner.document import Entity
from ner.features.context import context_of
from ner.features.windows import Window
from ner.settings import FeatureSettings


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
    """What a text shows, and how probable all its tags are together where that is asked."""

    entities: list[Entity]
    chance: float = 1.0
