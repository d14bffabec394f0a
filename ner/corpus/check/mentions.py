"""Mentions that stand in the corpus under several labels."""

from __future__ import annotations

from collections.abc import Iterator

from ner.corpus.check.check import Check, Thresholds
from ner.corpus.comparison import Corpus
from ner.document import Document
from ner.errors import Place
from ner.formats import Finding

SEVERAL = "mentions with several labels"


class Mentions(Check):
    """Texts annotated with more than one label, with the place of the rarest."""

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._first: dict[tuple[str, str], Place | None] = {}  # label, text → where it stood first

    def see(self, document: Document, split: str) -> Iterator[Finding]:
        for entity in document.entities:
            if (entity.label, entity.text) not in self._first:
                self._first[entity.label, entity.text] = document.place
        return iter(())

    def conclude(self, corpus: Corpus) -> Iterator[Finding]:
        for text, counts in corpus.ambiguous.items():
            ordered = counts.most_common()
            said = ", ".join(f"{label} {count:,}" for label, count in ordered)
            place = self._first.get((ordered[-1][0], text))
            yield Finding("note", SEVERAL, place, f"{text}: {said}")
