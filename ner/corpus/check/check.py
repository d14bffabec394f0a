"""What a check is, and the thresholds that all of them know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ner.corpus.comparison import Corpus
from ner.document import Document
from ner.formats import Finding


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is worth a word.

    Args:
        max_length: characters of a sentence that a model sees at once.
        min_support: entities of a label that a model needs to learn it.
    """

    max_length: int = 256
    min_support: int = 50


class Check:
    """Looks at a corpus document by document; what it keeps must not grow with the texts."""

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds

    def see(self, document: Document, split: str) -> Iterable[Finding]:
        """What one document of a split shows."""
        return ()

    def conclude(self, corpus: Corpus) -> Iterable[Finding]:
        """What only all of them together show; called once, after the last document."""
        return ()
