"""ROWS → DOCUMENTS and back, for every format and library that has tables.

Stray tags are handled by the rule in ``ner.tags`` and counted; their scheme is told from the first
``LOOKAHEAD`` rows, the rest is a stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from ner import tags as schemes
from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import jsonl
from ner.formats.findings import Findings
from ner.formats.source import refuse_surrogates
from ner.formats.table import BROKEN, USUAL, Row, Table
from ner.formats.tagged import ILLEGAL, LOOKAHEAD, scheme_of, spans_of_tokens
from ner.formats.token_rows import Tagged, tagged_rows
from ner.storage import dumps


def documents(table: Table, rows: Iterable[Row], findings: Findings) -> Iterator[Document]:
    """A document for every row.

    Raises:
        CorpusError: columns are missing, or a row is not what they promise; where the findings are
            listened to, the table or the row is left out instead.
    """
    try:
        table.check()
    except CorpusError as error:
        findings.wrong(error)
        return
    yield from (_with_texts if table.by_text else _with_tokens)(table, rows, findings)


def _with_texts(table: Table, rows: Iterable[Row], findings: Findings) -> Iterator[Document]:
    for row in rows:
        try:
            raw = row.values.get(table.columns.entities) if table.tagged else None
            document = _document(table, row, row.values.get(table.columns.text), _entities(raw))
        except BROKEN as error:
            findings.wrong(row.error(error))
            continue
        yield from _told(document, row, findings)


def _with_tokens(table: Table, rows: Iterable[Row], findings: Findings) -> Iterator[Document]:
    coming = tagged_rows(table, rows, findings)
    ahead = list(islice(coming, LOOKAHEAD))
    scheme = scheme_of(table.scheme, (one.tags for one in ahead))
    reader = schemes.TagReader(scheme)
    for one in chain(ahead, coming):
        if table.tagged:
            findings[f"sentences in scheme {scheme}"] += 1
        entities = [
            {"start": one.places[first][0], "end": one.places[last - 1][1], "label": label}
            for first, last, label in _spans(one, reader, findings)
        ]
        try:
            document = _document(table, one.row, one.text, entities)
        except BROKEN as error:
            findings.wrong(one.row.error(error))
            continue
        yield from _told(document, one.row, findings)


def _spans(one: Tagged, reader: schemes.TagReader, findings: Findings) -> list[schemes.Span]:
    def tell(_: int, shown: str) -> None:
        findings.note(ILLEGAL, one.row.place, shown)

    tokens = [one.text[start:end] for start, end in one.places[: len(one.tags)]]
    return spans_of_tokens(tokens, one.tags, reader, tell)


def _entities(raw: Any) -> Any:
    """Entities as JSON lines have them: a column's empty values are absent ones.

    An object of lists, one for every key, is what older datasets make of a list of objects.
    """
    if isinstance(raw, Mapping) and all(isinstance(one, list) for one in raw.values()):
        raw = [dict(zip(raw, one, strict=True)) for one in zip(*raw.values(), strict=True)]
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return raw
    return [_entity(one) if isinstance(one, Mapping) else one for one in raw]


def _entity(raw: Mapping[str, Any]) -> dict[str, Any]:
    there = {name: value for name, value in raw.items() if value is not None}
    return _unfolded(there, USUAL.fields)


def _unfolded(values: dict[str, Any], name: str) -> dict[str, Any]:
    """The values, the one of this name replaced by what it holds if it is an object as JSON."""
    try:
        held = json.loads(values[name])
    except (KeyError, TypeError, ValueError, RecursionError):
        return values
    if not isinstance(held, dict):
        return values
    return {**held, **{other: value for other, value in values.items() if other != name}}


def _document(table: Table, row: Row, text: Any, entities: Any) -> Document:
    if not isinstance(text, str):
        raise ValueError(f"expected a text in the column {table.columns.text!r}, got {text!r}")
    known = {"id": row.values.get(table.columns.id), "text": text, "entities": entities}
    known["sentences"] = row.values.get(table.columns.sentences)
    document = jsonl.document_of(known, row.place, tagged=True)
    own = table.own
    others = {k: v for k, v in row.values.items() if v is not None and k not in own}
    return replace(document, fields=_unfolded(others, table.columns.fields))


def _told(document: Document, row: Row, findings: Findings) -> Iterator[Document]:
    for entity in jsonl.outside(document):
        findings.note(jsonl.OUTSIDE, row.place, entity.text)
    yield document


def row_of(document: Document, *, format: str) -> dict[str, Any]:
    """A document as a row of ``USUAL`` columns; entities are objects of one shape.

    Raises:
        CorpusError: a text, label or id holds a lone surrogate, which no table can.
    """
    refuse_surrogates(document, format=format)
    id = document.id if document.id is None or isinstance(document.id, str) else dumps(document.id)
    for said in {id or "", *(entity.label for entity in document.entities)}:
        refuse_surrogates(replace(document, text=said), format=format)
    return {
        "id": id,
        "text": document.text,
        "entities": [_struct(entity) for entity in document.entities],
        "sentences": [list(span) for span in document.spans] or None,
        "fields": dumps(dict(document.fields)) if document.fields else None,
    }


def _struct(entity: Entity) -> dict[str, Any]:
    place = {"start": entity.start, "end": entity.end, "label": entity.label, "text": entity.text}
    fields = dumps(dict(entity.fields)) if entity.fields else None
    return {**place, "score": entity.score, "fields": fields}
