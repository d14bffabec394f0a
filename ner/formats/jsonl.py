"""JSON lines, a document a line; fields that are not ours are kept.

    {"id": 7, "text": "她在苏州。", "entities": [{"start": 2, "end": 4, "label": "LOC"}]}

A text of several sentences may say where they are; without, it is one piece:

    {"text": "她在苏州。我不在。", "entities": [], "sentences": [[0, 5], [5, 9]]}

doccano's two shapes are read too:

    {"id": 7, "text": "她在苏州。", "label": [[2, 4, "LOC"]]}
    {"id": 7, "text": "她在苏州。",
     "entities": [{"id": 1, "label": "LOC", "start_offset": 2, "end_offset": 4}]}  (in one line)
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from ner.document import Document, Entity
from ner.formats.source import Source
from ner.storage import dumps

SPAN_LISTS = ("label", "labels")  # doccano's names for [start, end, label] lists
STARTS = ("start", "start_offset")
ENDS = ("end", "end_offset")
OUTSIDE = "entities outside the sentences or across their ends"
KNOWN = frozenset((*STARTS, *ENDS, "label", "text", "score"))


def read(source: Source, counts: Counter[str]) -> Iterator[Document]:
    """A document for every line that is not blank.

    Raises:
        CorpusError: a line is no JSON object with a text, or an entity does not fit its text.
    """
    for number, line in source.lines():
        if line.strip():
            record = load(line, source, number)
            try:
                document = _document(record, tagged=source.options.tagged)
            except ValueError as error:
                raise source.error(str(error), number) from error
            if lost := _outside(document):
                counts[OUTSIDE] += lost
            yield document


def load(line: str, source: Source, number: int) -> dict[str, Any]:
    """The object that a line holds, with its ``text`` checked to be one."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise source.error(f"not JSON: {error}", number) from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise source.error('expected an object with a string "text"', number)
    return record


def write(documents: Iterable[Document], stream: TextIO, counts: Counter[str]) -> None:
    """A line for each document; nothing but lone surrogates is escaped."""
    for document in documents:
        stream.write(dumps(document.to_dict()) + "\n")


def _document(record: dict[str, Any], *, tagged: bool) -> Document:
    fields = {key: value for key, value in record.items() if key not in ("id", "text")}
    text = record["text"]
    entities: list[Entity] = []
    if tagged:
        entities = [_entity(raw, text) for raw in _pop_list(fields, "entities")]
        for name in SPAN_LISTS:
            if isinstance(fields.get(name), list):
                entities += [_from_triple(raw, text) for raw in fields.pop(name)]
    spans = tuple(_spans(_pop_list(fields, "sentences"), len(text)))
    if spans == ((0, len(text)),):
        spans = ()  # the same, said by itself
    return Document(text, tuple(entities), spans, record.get("id"), fields)


def _spans(raw: Sequence[Any], length: int) -> Iterator[tuple[int, int]]:
    """The sentences' places, once they are known to be in order and inside the text."""
    last = 0
    for pair in raw:
        whole = isinstance(pair, list) and len(pair) == 2 and all(type(at) is int for at in pair)
        if not whole:
            raise ValueError(f"a sentence is [start, end] in whole numbers, got {pair!r}")
        start, end = pair
        if not 0 <= start <= end <= length:
            raise ValueError(f"sentence {start}:{end} does not fit a text of {length} characters")
        if start < last:
            raise ValueError(f"sentence {start}:{end} begins before the end of another, {last}")
        yield start, end
        last = end


def _outside(document: Document) -> int:
    """How many entities no sentence holds whole."""
    if not document.spans:
        return 0
    return len(document.entities) - sum(len(one.entities) for one in document.sentences)


def _pop_list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.pop(name, None)
    if value is not None and not isinstance(value, list):
        raise ValueError(f'"{name}": expected a list, got {type(value).__name__}')
    return value or []


def _entity(raw: Any, text: str) -> Entity:
    if not isinstance(raw, Mapping):
        raise ValueError(f"an entity is an object with start, end and label, got {raw!r}")
    start = next((raw[name] for name in STARTS if name in raw), None)
    end = next((raw[name] for name in ENDS if name in raw), None)
    entity = _span(text, start, end, raw.get("label"))
    said = raw.get("text", entity.text)
    if said != entity.text:
        raise ValueError(
            f"entity text {said!r} is not what stands at {start}:{end}: {entity.text!r}"
        )
    score = raw.get("score")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
        raise ValueError(f"an entity's score is a number, got {score!r}")
    extra = {key: value for key, value in raw.items() if key not in KNOWN}
    return Entity(entity.text, entity.label, entity.start, entity.end, score, extra)


def _from_triple(raw: Any, text: str) -> Entity:
    if not isinstance(raw, list) or len(raw) != 3:
        raise ValueError(f"an entity is [start, end, label], got {raw!r}")
    return _span(text, *raw)


def _span(text: str, start: Any, end: Any, label: Any) -> Entity:
    """The entity, once its place and label are known to be right."""
    whole = isinstance(start, int) and isinstance(end, int)
    if not whole or isinstance(start, bool) or isinstance(end, bool):
        raise ValueError(f"an entity's start and end are whole numbers, got {start!r} and {end!r}")
    if not isinstance(label, str) or not label:
        raise ValueError(f"an entity's label is a string, got {label!r}")
    if not 0 <= start < end <= len(text):
        raise ValueError(f"entity {start}:{end} does not fit a text of {len(text)} characters")
    return Entity(text[start:end], label, start, end)
