"""CLUENER2020's JSON lines: label → mention → places, both ends inclusive.

{"text": "她在苏州。", "label": {"address": {"苏州": [[2, 3]]}}}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ner.document import Document, Entity
from ner.formats.jsonl import load
from ner.formats.source import Source


def recognises(line: str) -> bool:
    """Whether ``line`` is an object whose ``label`` is an object itself."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and isinstance(record.get("label"), dict)


def read(source: Source, counts: Counter[str]) -> Iterator[Document]:
    """A document for every line that is not blank.

    Raises:
        CorpusError: a line is no such object, or a mention is not what stands at its place.
    """
    for number, line in source.lines():
        if not line.strip():
            continue
        record = load(line, source, number)
        fields = {key: value for key, value in record.items() if key not in ("id", "text", "label")}
        labels = record.get("label") if source.options.tagged else None
        try:
            entities = _entities(labels or {}, record["text"])
        except (ValueError, TypeError, AttributeError) as error:
            raise source.error(f"not CLUENER's label object: {error}", number) from error
        yield Document(record["text"], tuple(entities), id=record.get("id"), fields=fields)


def _entities(labels: Any, text: str) -> list[Entity]:
    found = []
    for label, mentions in labels.items():
        for mention, places in mentions.items():
            for first, last in places:
                if not label or not 0 <= first <= last or text[first : last + 1] != mention:
                    raise ValueError(f"{mention!r} does not stand at [{first}, {last}]")
                found.append(Entity(mention, label, first, last + 1))
    return sorted(found, key=lambda entity: (entity.start, entity.end))
