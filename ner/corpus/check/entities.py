"""Entities with doubtful borders or in more layers than tags hold, and sentences too long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ner.corpus.check.check import Check
from ner.document import Document, Entity
from ner.formats import Finding

BLANK = "entities that begin or end with a blank"
MARK = "entities that begin or end with a punctuation mark"
NESTED = "entities inside or across another, which one layer of tags cannot hold"
LONG = "sentences longer than the model sees at once, to be cut into windows"
SHOWN = 30  # characters of a long sentence or entity
OPENING, CLOSING = ("Ps", "Pi"), ("Pe", "Pf")
STRAIGHT = "\"'＂＇"  # quotes that open and close
PERCENT = "%％‰"


class Borders(Check):
    """Blanks and marks at an entity's ends; brackets and quotes that belong together are fine."""

    def see(self, document: Document, split: str) -> Iterator[Finding]:
        for entity in document.entities:
            kind = _border(entity.text)
            if kind:
                yield Finding(
                    "warning", kind, document.place, f"{_short(entity)!r} ({entity.label})"
                )


def _border(text: str) -> str | None:
    if text[0].isspace() or text[-1].isspace():
        return BLANK
    ends = (text[0], OPENING), (text[-1], CLOSING)
    first, last = (_is_mark(mark) and not _is_paired(mark, text, kinds) for mark, kinds in ends)
    return MARK if first or (last and not _is_part(text)) else None


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def _is_paired(mark: str, text: str, kinds: tuple[str, str]) -> bool:
    """Whether its other half is in the text; brackets of these kinds have one at this end."""
    if mark in STRAIGHT:
        return text.count(mark) % 2 == 0
    return unicodedata.category(mark) in kinds and _is_balanced(text)


def _is_balanced(text: str) -> bool:
    """Whether as many brackets and quotes are closed as are opened."""
    kinds = [unicodedata.category(one) for one in text]
    return sum(one in OPENING for one in kinds) == sum(one in CLOSING for one in kinds)


def _is_part(text: str) -> bool:
    """Whether the mark at the end belongs to what is before it: 39%, Inc."""
    before = text[-2:-1]
    return text[-1] in PERCENT or (text[-1] == "." and before.isascii() and before.isalnum())


def _short(entity: Entity) -> str:
    return entity.text if len(entity.text) <= SHOWN else f"{entity.text[:SHOWN]}…"


class Layers(Check):
    """Entities that overlap one before them."""

    def see(self, document: Document, split: str) -> Iterator[Finding]:
        furthest: Entity | None = None
        for entity in sorted(document.entities, key=lambda one: (one.start, -one.end)):
            if furthest and entity.start < furthest.end:
                said = " in ".join(f"{_short(one)} ({one.label})" for one in (entity, furthest))
                yield Finding("warning", NESTED, document.place, said)
            if furthest is None or entity.end > furthest.end:
                furthest = entity


class Lengths(Check):
    """Sentences that have to be cut."""

    def see(self, document: Document, split: str) -> Iterator[Finding]:
        if len(document.text) <= self.thresholds.max_length:
            return
        for sentence in document.sentences:
            size = len(sentence.text)
            if size > self.thresholds.max_length:
                said = f"{size:,} characters: {sentence.text[:SHOWN]}…"
                yield Finding("note", LONG, document.place, said)
