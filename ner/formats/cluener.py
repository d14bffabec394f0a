"""CLUENER2020's JSON lines: label → mention → places, both ends inclusive.

{"text": "她在苏州。", "label": {"address": {"苏州": [[2, 3]]}}}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from ner.document import Document, Entity
from ner.formats.findings import Findings
from ner.formats.jsonl import load, tell_taken
from ner.formats.options import WriteOptions
from ner.formats.source import Source
from ner.storage import dumps


def recognises(lines: Sequence[str]) -> bool:
    """Whether the first line is an object whose ``label`` is an object itself."""
    try:
        record = json.loads(lines[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and isinstance(record.get("label"), dict)


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line that is not blank.

    Raises:
        CorpusError: a line is no such object, or a mention is not what stands at its place; where
            the findings are listened to, the line is left out instead.
    """
    for number, line in source.lines():
        if not line.strip():
            continue
        record = load(line, source, number, findings)
        if record is None:
            continue
        labels = record.get("label") if source.options.tagged else None
        try:
            entities = _entities(labels or {}, record["text"])
        except (ValueError, TypeError, AttributeError) as error:
            findings.wrong(source.error(f"not CLUENER's label object: {error}", number))
            continue
        fields = {key: value for key, value in record.items() if key not in ("id", "text", "label")}
        place = source.place(number)
        yield Document(record["text"], tuple(entities), (), record.get("id"), fields, place)


def write(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """A line for each document; nested and overlapping entities are fine."""
    for document in documents:
        tell_taken(document, ("id", "text", "label"), findings)
        labels: dict[str, dict[str, list[list[int]]]] = {}
        for entity in document.entities:
            places = labels.setdefault(entity.label, {}).setdefault(entity.text, [])
            places.append([entity.start, entity.end - 1])
        known: dict[str, Any] = {} if document.id is None else {"id": document.id}
        record = {**document.fields, **known, "text": document.text, "label": labels}
        stream.write(dumps(record) + "\n")


def _entities(labels: Any, text: str) -> list[Entity]:
    found = []
    for label, mentions in labels.items():
        for mention, places in mentions.items():
            for first, last in places:
                if not label or not 0 <= first <= last or text[first : last + 1] != mention:
                    raise ValueError(f"{mention!r} does not stand at [{first}, {last}]")
                found.append(Entity(mention, label, first, last + 1))
    return sorted(found, key=lambda entity: (entity.start, entity.end))
