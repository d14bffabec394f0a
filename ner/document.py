"""Texts with labelled character spans: what every format gives and every tagger returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ner.errors import ConfigError, Place, nearest

MODEL, DICTIONARY, PATTERN = "model", "dictionary", "pattern"  # who found an entity
STYLES = ("ner", "hf")  # of an entity as plain data
CONFIDENCE = "confidence"  # the field for how sure a model is of all tags of a text, 0 to 1


@dataclass(frozen=True, slots=True)
class Entity:
    """A mention: ``document.text[start:end] == text``, offsets in characters, half open.

    ``score`` is the probability, 0 to 1, that the model gives to exactly this span and label;
    None where a person or a file gave the entity. ``fields`` holds what a file said beyond that.
    ``source`` says what in a tagger found it, ``model``, ``dictionary`` or ``pattern``; None where
    no tagger did.
    """

    text: str
    label: str
    start: int
    end: int
    score: float | None = None
    fields: Mapping[str, Any] = field(default_factory=dict, compare=False)
    source: str | None = field(default=None, compare=False)

    def moved(self, offset: int) -> Entity:
        """The same mention in a text where it stands ``offset`` characters later."""
        if not offset:
            return self
        start, end = self.start + offset, self.end + offset
        return Entity(self.text, self.label, start, end, self.score, self.fields, self.source)

    def to_dict(self, style: Literal["ner", "hf"] = "ner") -> dict[str, Any]:
        """Plain data for JSON; ``hf`` gives the keys of Hugging Face's token classification.

        The source is there unless it is the model.

        Raises:
            ConfigError: there is no such style.
        """
        if style == "hf":
            span = {"word": self.text, "start": self.start, "end": self.end}
            return {"entity_group": self.label, "score": self.score, **span}
        if style != "ner":
            raise ConfigError(f"unknown style {style!r} ({nearest(style, STYLES)})")
        known: dict[str, Any] = {"start": self.start, "end": self.end, "label": self.label}
        known["text"] = self.text
        if self.score is not None:
            known["score"] = round(self.score, 4)
        if self.source not in (None, MODEL):
            known["source"] = self.source
        return {**self.fields, **known}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a document that is trained on and tagged as one piece.

    ``start`` is its place in the document; the entities' offsets count from the sentence's own
    start.
    """

    text: str
    start: int
    entities: tuple[Entity, ...] = ()

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Document:
    """A text, never changed, and the entities found or annotated in it.

    ``spans`` are the places of its sentences where the file marks them; without any the whole text
    is one piece. ``fields`` holds what a file said beyond text and entities; ``place`` is where it
    begins in its file.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    id: Any = None
    fields: Mapping[str, Any] = field(default_factory=dict, compare=False)
    place: Place | None = field(default=None, compare=False)

    @property
    def marks_sentences(self) -> bool:
        """Whether the file says more of sentences than that the whole text is one."""
        return self.spans not in ((), ((0, len(self.text)),))

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in order; an entity that crosses a sentence's end is in none of them."""
        if len(self.spans) < 2:
            start, end = self.spans[0] if self.spans else (0, len(self.text))
            return (self._sentence(start, end, self.entities),)
        inside: list[list[Entity]] = [[] for _ in self.spans]
        ordered = sorted(self.entities, key=lambda entity: entity.start)
        place = 0
        for entity in ordered:
            while place + 1 < len(self.spans) and self.spans[place + 1][0] <= entity.start:
                place += 1
            inside[place].append(entity)
        return tuple(
            self._sentence(start, end, entities)
            for (start, end), entities in zip(self.spans, inside, strict=True)
        )

    def _sentence(self, start: int, end: int, entities: Sequence[Entity]) -> Sentence:
        own = [e.moved(-start) for e in entities if start <= e.start and e.end <= end]
        return Sentence(self.text[start:end], start, tuple(own))

    def with_entities(self, entities: Sequence[Entity]) -> Document:
        """The same text with other entities."""
        return replace(self, entities=tuple(entities))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, the document's own fields first.

        ``sentences`` are there unless the whole text is the only one.
        """
        known: dict[str, Any] = {} if self.id is None else {"id": self.id}
        known["text"] = self.text
        known["entities"] = [entity.to_dict() for entity in self.entities]
        if self.marks_sentences:
            known["sentences"] = [list(span) for span in self.spans]
        return {**self.fields, **known}
