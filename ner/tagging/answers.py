"""What is told of documents beside all that is found: sure entities only, alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ner.document import Document
from ner.formats import Findings
from ner.tagging.seams import sure_enough
from ner.tagging.tagger import Tagger

ALTERNATIVES = "alternatives"  # the field of a document
LONG = "texts longer than a window: without alternatives"


class Answers:
    """A tagger that leaves out doubtful entities, or says what else a document may show.

    Args:
        tagger: leaves out nothing itself.
        least: entities of a lower score are left out, 0 to 1; of no alternative, though.
        count: so many alternatives are put into the field ``alternatives``; 0 for no such field.
        findings: gains how many entities were left out, and texts that have no alternatives.
    """

    def __init__(self, tagger: Tagger, *, least: float, count: int, findings: Findings) -> None:
        self._tagger = tagger
        self._least = least
        self._count = count
        self._findings = findings

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with what is told of them."""
        tag = self._with_alternatives if self._count else self._tagger.pipe_documents
        for document in tag(documents):
            kept = sure_enough(document.entities, self._least)
            doubtful = len(document.entities) - len(kept)
            if doubtful:
                self._findings[f"entities of a score below {self._least:g} left out"] += doubtful
            yield document.with_entities(kept)

    def _with_alternatives(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document, others in self._tagger.pipe_alternatives(documents, self._count):
            fields = {name: one for name, one in document.fields.items() if name != ALTERNATIVES}
            if others:
                fields[ALTERNATIVES] = [one.to_dict() for one in others]
            else:
                self._findings.note(LONG, document.place)
            yield replace(document, fields=fields)
