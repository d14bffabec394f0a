"""Documents as a folder of brat's files, two a document: what ``ner.formats.brat`` reads again.

    000001.txt   她昨天去了苏      A document's id is its files' name, where it can be one; else it
                 州。              has its number.
    000001.ann   T1\tLOC 5 6;7 8\t苏 州

A mention that runs over the end of a line is written in pieces, as brat itself does: its server
takes a mention only if its pieces, a blank between them, are what the text has there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats.brat import ANNOTATIONS, TEXT
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.source import named, refuse_surrogates
from ner.sentences import sentence_spans
from ner.storage import write_text

BYTE_ORDER_MARK = "\ufeff"
UNSAFE = re.compile(r"[^\w.-]+")
LONGEST = 50  # characters of a file's name: of four bytes each they are within every limit
OWN_ID = re.compile("T[0-9]+")
PIECE = re.compile(r"[^\r\n]+")
BLANK = re.compile(r"\s")

RENAMED = "ids that cannot be names of files, changed"
TRIMMED = "mentions whose line breaks at the ends are cut off"
EMPTY = "mentions of nothing but line breaks, left out"
SCORES = "scores that brat cannot hold"
FIELDS = "fields that brat cannot hold"
RETOLD = "texts whose sentences are told from their marks now"


def save(
    documents: Iterable[Document], path: Path, findings: Findings, options: WriteOptions
) -> None:
    """Two files for each document in the folder ``path``, which is made if it is not there.

    Raises:
        CorpusError: a file is there already, a label holds blanks, or a text or label holds a lone
            surrogate, which no UTF-8 file can.
    """
    if path.exists() and not path.is_dir():
        raise CorpusError("is a file; brat's documents are written to a folder", path=path)
    path.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for number, document in enumerate(documents, 1):
        _refuse_unwritable(document)
        name = _name(document.id, number, taken)
        if document.id is not None and name != str(document.id):
            findings.note(RENAMED, document.place, f"{document.id}: {name}")
        ids = _ids(document.entities)
        _tell_lost(document, ids, findings)
        _write(path / name, document, "".join(_lines(document, ids, findings)))


def _write(stem: Path, document: Document, annotations: str) -> None:
    targets = [stem.with_name(stem.name + suffix) for suffix in (TEXT, ANNOTATIONS)]
    for target in targets:
        if target.exists():
            raise CorpusError("is there already; brat's files are never overwritten", path=target)
    # The reader takes a first byte-order mark for no part of the text.
    mark = BYTE_ORDER_MARK if document.text.startswith(BYTE_ORDER_MARK) else ""
    for target, content in zip(targets, (mark + document.text, annotations), strict=True):
        write_text(target, content)


def _refuse_unwritable(document: Document) -> None:
    refuse_surrogates(document, format="brat")
    for label in {entity.label for entity in document.entities}:
        refuse_surrogates(replace(document, text=label), format="brat")
        if BLANK.search(label) or not label:
            message = f"the label {label!r} cannot be written in brat, where blanks end a label"
            raise CorpusError(message, path=named(document))


def _name(id: Any, number: int, taken: set[str]) -> str:
    """The name of a document's files, not yet taken on any file system."""
    name = "" if id is None else UNSAFE.sub("_", str(id))[:LONGEST].strip(".")
    name = name or f"{number:06d}"
    while _folded(name) in taken:
        name = f"{name}-{number}"
    taken.add(_folded(name))
    return name


def _folded(name: str) -> str:
    """The same for names that some file system takes for one."""
    return unicodedata.normalize("NFC", name).casefold()


def _ids(entities: Iterable[Entity]) -> list[str]:
    """Each entity's own id, if it is one of brat's and no other's; else the next free one."""
    own = [str(entity.fields.get("id", "")) for entity in entities]
    often = Counter(id for id in own if OWN_ID.fullmatch(id))
    free = (id for id in map("T{}".format, count(1)) if id not in often)
    return [id if often[id] == 1 else next(free) for id in own]


def _lines(document: Document, ids: Iterable[str], findings: Findings) -> Iterator[str]:
    for entity, id in zip(document.entities, ids, strict=True):
        found = list(PIECE.finditer(entity.text))
        if not found:
            findings.note(EMPTY, document.place, entity.text)
            continue
        if found[0].start() or found[-1].end() < len(entity.text):
            findings.note(TRIMMED, document.place, entity.text)
        places = ";".join(
            f"{entity.start + one.start()} {entity.start + one.end()}" for one in found
        )
        yield f"{id}\t{entity.label} {places}\t{' '.join(one[0] for one in found)}\n"


def _tell_lost(document: Document, ids: Iterable[str], findings: Findings) -> None:
    for name in document.fields:
        findings.note(FIELDS, document.place, name)
    for entity, id in zip(document.entities, ids, strict=True):
        if entity.score is not None:
            findings.note(SCORES, document.place, entity.text)
        for name, value in entity.fields.items():
            if name != "id" or value != id:
                findings.note(FIELDS, document.place, name)
    whole = [(entity.start, entity.end) for entity in document.entities]
    if document.spans and list(document.spans) != sentence_spans(document.text, whole):
        findings.note(RETOLD, document.place, document.text)
