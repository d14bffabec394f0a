"""doccano's JSON lines for sequence labelling: a document a line, without or with relations.

    {"id": 7, "text": "她在苏州。", "label": [[2, 4, "LOC"]], "Comments": []}

    {"id": 7, "text": "她在苏州。", "entities": [{"id": 1, "label": "LOC", "start_offset": 2,
     "end_offset": 4}], "relations": [], "Comments": []}  (in one line)

Both are read as one format: spans of either shape, under ``label``, ``labels`` or ``entities``, and
the text under ``data``, as some versions export it. All other keys are the document's metadata,
relations and comments among them.

doccano annotates in the browser, so its offsets count UTF-16 code units (its issues 2290 and 2484):
an emoji is two. Projects that count grapheme clusters as one character export those instead, which
nothing in the file tells; their offsets are wrong behind a cluster of several characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from reprlib import repr as shortened
from typing import Any, TextIO

from ner.document import Document, Entity
from ner.errors import Place
from ner.formats.elements import keys
from ner.formats.findings import Findings
from ner.formats.jsonl import TEXTLESS, load_object
from ner.formats.options import WriteOptions
from ner.formats.source import Source
from ner.formats.utf16 import character_at, unit_edges
from ner.storage import dumps

SPAN_LISTS = ("label", "labels", "entities")
OFFSETS = ("start_offset", "end_offset")
OWN = frozenset(("id", "text", *SPAN_LISTS))  # keys that can be no metadata
NO_LIST, LISTS, OBJECTS = (re.compile(rf"\[\s*{inside}") for inside in (r"\]", r"\[", r"\{"))

REDUCED = "entities whose score or fields doccano cannot hold"
PIECES = "texts whose sentences are one piece now"
CLASHING = "fields whose names doccano uses itself, left out"


def recognises(lines: Sequence[str]) -> bool:
    """Whether spans are lists, or may be: ``label`` is one, if an empty one."""
    return _shape(lines) in ("lists", "perhaps lists")


def recognises_relations(lines: Sequence[str]) -> bool:
    """Whether spans are objects with doccano's offsets, or may be: there are relations too."""
    return _shape(lines) in ("objects", "perhaps objects")


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line that is not blank.

    Raises:
        CorpusError: a line is no JSON object with a text, or a span does not fit its text; where
            the findings are listened to, the line is left out instead.
    """
    for number, line in source.lines():
        if not line.strip():
            continue
        record = load_object(line, source, number, findings)
        if record is None:
            continue
        try:
            document = _document(record, source.place(number), tagged=source.options.tagged)
        except ValueError as error:
            findings.wrong(source.error(str(error), number))
            continue
        yield document


def write(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """A line for each document, its entities as lists, its fields as metadata."""
    for document in documents:
        edges = unit_edges(document.text)
        spans = [[edges[one.start], edges[one.end], one.label] for one in document.entities]
        _tell_reduced(document, findings, held=())
        stream.write(dumps({**_metadata(document, findings), "label": spans}) + "\n")


def write_relations(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """A line for each document, its entities as objects; those without a number get one."""
    for document in documents:
        edges = unit_edges(document.text)
        entities = [
            {
                "id": number,
                "label": one.label,
                "start_offset": edges[one.start],
                "end_offset": edges[one.end],
            }
            for number, one in zip(_numbers(document.entities), document.entities, strict=True)
        ]
        _tell_reduced(document, findings, held=("id",))
        record = {"relations": [], **_metadata(document, findings), "entities": entities}
        stream.write(dumps(record) + "\n")


def _shape(lines: Sequence[str]) -> str:
    """What the spans are, by the first line that has any, else by the first that may."""
    if not lines[0].lstrip().startswith("{"):
        return ""
    shapes = [shape for shape in map(_shape_of, lines) if shape]
    certain = (shape for shape in shapes if not shape.startswith("perhaps"))
    return next(certain, shapes[0] if shapes else "")


def _shape_of(line: str) -> str:
    found = keys(line)
    if "text" not in found and "data" not in found:
        return ""
    values = [found[name] for name in SPAN_LISTS if name in found]
    if any(map(OBJECTS.match, values)):
        return "objects" if any('"start_offset"' in value for value in values) else "others"
    if any(map(LISTS.match, values)):
        return "lists"
    if NO_LIST.match(found.get("label", "")):
        return "perhaps lists"
    return "perhaps objects" if "entities" in found and "relations" in found else ""


def _document(record: dict[str, Any], place: Place, *, tagged: bool) -> Document:
    name = "text" if "text" in record else "data"
    text = record.get(name)
    if not isinstance(text, str):
        raise ValueError(TEXTLESS)
    fields = {key: value for key, value in record.items() if key not in OWN | {name}}
    entities = tuple(_entities(record, text)) if tagged else ()
    return Document(text, entities, (), record.get("id"), fields, place)


def _entities(record: dict[str, Any], text: str) -> Iterator[Entity]:
    edges = unit_edges(text)
    for name in SPAN_LISTS:
        spans = record.get(name)
        if spans is not None and not isinstance(spans, list):
            raise ValueError(f'"{name}": expected a list, got {type(spans).__name__}')
        for raw in spans or ():
            yield _entity(raw, text, edges)


def _entity(raw: Any, text: str, edges: Sequence[int]) -> Entity:
    if isinstance(raw, Mapping):
        fields = {key: value for key, value in raw.items() if key not in (*OFFSETS, "label")}
        start, end = (raw.get(name) for name in OFFSETS)
        return _span(text, edges, (start, end, raw.get("label")), fields)
    if isinstance(raw, list) and len(raw) == 3:
        return _span(text, edges, (raw[0], raw[1], raw[2]), {})
    shapes = "[start, end, label] or an object with start_offset, end_offset and label"
    raise ValueError(f"a span is {shapes}, got {shortened(raw)}")


def _span(
    text: str, edges: Sequence[int], raw: tuple[Any, Any, Any], fields: Mapping[str, Any]
) -> Entity:
    """The entity, once its offsets and label are known to be right.

    Args:
        edges: the code units before each character.
        raw: start, end and label.
    """
    start, end, label = raw
    if type(start) is not int or type(end) is not int:
        got = f"{shortened(start)} and {shortened(end)}"
        raise ValueError(f"a span's start and end are whole numbers, got {got}")
    if not isinstance(label, str) or not label:
        raise ValueError(f"a span's label is a string, got {shortened(label)}")
    if not 0 <= start < end <= edges[-1]:
        raise ValueError(f"span {start}:{end} does not fit a text of {edges[-1]} UTF-16 code units")
    first, behind = character_at(edges, start), character_at(edges, end)
    if first is None or behind is None:
        raise ValueError(f"span {start}:{end} cuts a character that is two UTF-16 code units")
    return Entity(text[first:behind], label, first, behind, fields=fields)


def _metadata(document: Document, findings: Findings) -> dict[str, Any]:
    """What a line says beside the spans."""
    for name in document.fields:
        if name in OWN:
            findings.note(CLASHING, document.place, name)
    known: dict[str, Any] = {} if document.id is None else {"id": document.id}
    known["text"] = document.text
    others = {key: value for key, value in document.fields.items() if key not in OWN}
    return {**known, **others}


def _tell_reduced(document: Document, findings: Findings, *, held: Sequence[str]) -> None:
    for entity in document.entities:
        if entity.score is not None or entity.fields.keys() - set(held):
            findings.note(REDUCED, document.place, entity.text)
    if document.marks_sentences:
        findings.note(PIECES, document.place, document.text)


def _numbers(entities: Sequence[Entity]) -> Iterator[int]:
    """Each entity's own number, else the first that is free."""
    own = [entity.fields.get("id") for entity in entities]
    used = {number for number in own if type(number) is int}
    free = (number for number in count() if number not in used)
    for number in own:
        yield number if type(number) is int else next(free)
