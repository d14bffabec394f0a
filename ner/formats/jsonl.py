"""JSON lines, a document a line; fields that are not ours are kept.

    {"id": 7, "text": "她在苏州。", "entities": [{"start": 2, "end": 4, "label": "LOC"}]}

A text of several sentences may say where they are; without, it is one piece:

    {"text": "她在苏州。我不在。", "entities": [], "sentences": [[0, 5], [5, 9]]}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from ner.document import Document, Entity
from ner.errors import Place
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.source import Source
from ner.storage import dumps

TEXTLESS = 'expected an object with a string "text"'
OUTSIDE = "entities outside the sentences or across their ends"
UNREAD = "texts whose spans only the format doccano reads"
TAKEN = "fields left out, since the format itself has others of their names"
OWN = frozenset(("id", "text", "sentences"))  # new entities replace older ones without a word
KNOWN = frozenset(("start", "end", "label", "text", "score"))


def recognises(lines: Sequence[str]) -> bool:
    """Whether the first line opens an object, and is no brace with its tag."""
    first = lines[0].lstrip()
    return first.startswith("{") and (len(first) == 1 or not first[1].isspace() or '"' in first)


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line that is not blank.

    Raises:
        CorpusError: a line is no JSON object with a text, or an entity does not fit its text; where
            the findings are listened to, the line is left out instead.
    """
    for number, line in source.lines():
        if line.strip():
            record = load(line, source, number, findings)
            if record is None:
                continue
            place = source.place(number)
            try:
                document = document_of(record, place, tagged=source.options.tagged)
            except (ValueError, RecursionError) as error:  # the latter by what is shown of it
                findings.wrong(source.error(str(error), number))
                continue
            for entity in outside(document):
                findings.note(OUTSIDE, place, entity.text)
            if document.fields and source.options.tagged and _has_doccano_spans(document.fields):
                findings.note(UNREAD, place, document.text)
            yield document


def load(line: str, source: Source, number: int, findings: Findings) -> dict[str, Any] | None:
    """The object that a line holds, with its ``text`` checked to be one; None where it is wrong."""
    record = load_object(line, source, number, findings)
    if record is not None and not isinstance(record.get("text"), str):
        findings.wrong(source.error(TEXTLESS, number))
        return None
    return record


def load_object(
    line: str, source: Source, number: int, findings: Findings
) -> dict[str, Any] | None:
    """The object that a line holds, whatever is in it; None where there is none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        findings.wrong(source.error(f"not JSON: {error}", number))
        return None
    if not isinstance(record, dict):
        findings.wrong(source.error(TEXTLESS, number))
        return None
    return record


def write(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """A line for each document; nothing but lone surrogates is escaped."""
    for document in documents:
        tell_taken(document, OWN, findings)
        stream.write(dumps(document.to_dict()) + "\n")


def tell_taken(document: Document, own: Collection[str], findings: Findings) -> None:
    """Says which fields of a document are lost, since the format needs their names itself."""
    for name in document.fields.keys() & own:
        findings.note(TAKEN, document.place, name)


def document_of(record: dict[str, Any], place: Place, *, tagged: bool) -> Document:
    """The document that a record is.

    Raises:
        ValueError: an entity or a sentence does not fit the text.
    """
    fields = {key: value for key, value in record.items() if key != "id" and key != "text"}
    text = record["text"]
    entities: list[Entity] = []
    if tagged:
        entities = [_entity(raw, text) for raw in _pop_list(fields, "entities")]
    spans = tuple(_spans(_pop_list(fields, "sentences"), len(text)))
    if spans == ((0, len(text)),):
        spans = ()  # the same, said by itself
    return Document(text, tuple(entities), spans, record.get("id"), fields, place)


def _has_doccano_spans(fields: Mapping[str, Any]) -> bool:
    lists = (fields.get(name) for name in ("label", "labels"))
    return any(isinstance(one, list) and one and isinstance(one[0], list) for one in lists)


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


def outside(document: Document) -> list[Entity]:
    """The entities that no sentence holds whole."""
    if not document.spans:
        return []
    held = Counter(entity.moved(one.start) for one in document.sentences for entity in one.entities)
    return list((Counter(document.entities) - held).elements())


def _pop_list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.pop(name, None)
    if value is not None and not isinstance(value, list):
        raise ValueError(f'"{name}": expected a list, got {type(value).__name__}')
    return value or []


def _entity(raw: Any, text: str) -> Entity:
    """The entity, once its place, label, text and score are known to be right."""
    if type(raw) is not dict:
        raise ValueError(f"an entity is an object with start, end and label, got {raw!r}")
    start, end, label = raw.get("start"), raw.get("end"), raw.get("label")
    if type(start) is not int or type(end) is not int:
        raise ValueError(f"an entity's start and end are whole numbers, got {start!r} and {end!r}")
    if type(label) is not str or not label:
        raise ValueError(f"an entity's label is a string, got {label!r}")
    if not 0 <= start < end <= len(text):
        raise ValueError(f"entity {start}:{end} does not fit a text of {len(text)} characters")
    stands = text[start:end]
    said = raw.get("text", stands)
    if said != stands:
        place = f"{start}:{end}: {stands!r}"
        raise ValueError(f"entity text {said!r} is not what stands at {place}")
    if len(raw) <= 4 and "text" in raw:
        return Entity(stands, label, start, end)
    score = raw.get("score")
    if score is not None and type(score) not in (int, float):
        raise ValueError(f"an entity's score is a number, got {score!r}")
    extra = {key: value for key, value in raw.items() if key not in KNOWN}
    return Entity(stands, label, start, end, score, extra)
