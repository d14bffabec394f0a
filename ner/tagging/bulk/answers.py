"""What results say beside entities, other readings, and what they do not say, doubtful entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ner.document import Document
from ner.formats import Findings
from ner.tagging.bag import load_together
from ner.tagging.bulk.run import Tagged
from ner.tagging.loading import Loading
from ner.tagging.seams import sure_enough
from ner.tagging.tagger import Tagger

ALTERNATIVES = "alternatives"  # the field of a document
LONG = "texts longer than a window: without alternatives"


@dataclass(frozen=True, slots=True)
class Answering:
    """A tagger that puts other readings of a document into a field of it, if so many are wanted."""

    tagger: Tagger
    count: int = 0

    @property
    def device(self) -> str:
        """The kind of device that computes."""
        return getattr(self.tagger.runtime, "device", "cpu")

    def pipe(self, texts: Iterable[str]) -> Iterator[Document]:
        """The documents of texts, without other readings."""
        return self.tagger.pipe(texts)

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with what is found in them; where nothing can be said of other readings,
        there is no field."""
        if not self.count:
            yield from self.tagger.pipe_documents(documents)
            return
        for document, others in self.tagger.pipe_alternatives(documents, self.count):
            fields = {name: one for name, one in document.fields.items() if name != ALTERNATIVES}
            if others:
                fields[ALTERNATIVES] = [one.to_dict() for one in others]
            yield replace(document, fields=fields)


def tagger_of(models: Sequence[str | Path], how: Loading) -> Answering:
    """What tags in a process of its own, or alone."""
    return Answering(load_together(models, how), how.alternatives)


@dataclass(frozen=True, slots=True)
class Answers:
    """What of the results is told.

    Args:
        least: entities of a lower score are left out, 0 to 1; of no other reading, though.
        alternatives: how many other readings are wanted.
        findings: gains how many entities were left out, and texts that have no other readings.
    """

    least: float
    alternatives: int
    findings: Findings = field(default_factory=Findings)

    def told(self, results: Iterable[Tagged]) -> Iterator[Tagged]:
        """The results with sure entities only."""
        for block, documents in results:
            yield block, [self._told(document) for document in documents]

    def _told(self, document: Document) -> Document:
        if self.alternatives and ALTERNATIVES not in document.fields:
            self.findings.note(LONG, document.place)
        kept = sure_enough(document.entities, self.least)
        doubtful = len(document.entities) - len(kept)
        if doubtful:
            self.findings[f"entities of a score below {self.least:g} left out"] += doubtful
        return document.with_entities(kept) if doubtful else document
