"""CSV, a row a document, the names of the columns in the first (``ner.formats.table``).

    id,text,entities
    7,她在苏州。,"[{""start"": 2, ""end"": 4, ""label"": ""LOC""}]"

    tokens,ner_tags
    她 在 苏 州,O O B-LOC I-LOC

Commas, tabs or semicolons between the cells, as the first row has them. A cell in quotes may hold
them, line feeds, and quotes written twice. Entities and sentences are JSON; tokens and tags are a
JSON list of strings or stand between blanks. An empty cell is an absent value, and numbers in other
columns are strings, since CSV has no types.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TextIO

from ner.document import Document
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.source import Source
from ner.formats.table import USUAL, Row, Table
from ner.formats.table_rows import documents, row_of
from ner.storage import dumps

SEPARATORS = ",\t;"
HEADER = ("id", "text", "entities", "sentences", "fields")
TEXTS = {USUAL.text, USUAL.tokens}
KNOWN = {*TEXTS, USUAL.id, USUAL.entities, *USUAL.tags}
LOOKED_AT = 2000  # characters of the first line
LONGEST = 1 << 24  # characters of a cell: a quote that is never closed must not hold a whole file


def recognises(lines: Sequence[str]) -> bool:
    """Whether the first line names two columns that a table of documents has, one a text's."""
    found = _header(lines[0][:LOOKED_AT])
    return found is not None and len(KNOWN.intersection(found[1])) > 1


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every row below the first.

    Raises:
        CorpusError: the first row names no columns of documents, or a row does not hold what they
            promise; where the findings are listened to, the row is left out instead.
    """
    first = next((line for line in source.peek(LOOKED_AT) if line.strip()), "")
    separator, _ = _header(first) or (SEPARATORS[0], [])
    records = _records(source, separator, findings)
    line, names = next(records, (0, []))
    if names:
        options = source.options
        place = source.place(line)
        table = Table(names, place, tagged=options.tagged, scheme=options.scheme)
        yield from documents(table, _rows(records, table, source, findings), findings)


def write(
    found: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """A row for each document; every cell stands in quotes, so that line ends are kept.

    Raises:
        CorpusError: a text, label or id holds a lone surrogate, which no UTF-8 file can.
    """
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for document in found:
        row = row_of(document, format="csv")
        row["entities"] = dumps([entity.to_dict() for entity in document.entities])
        row["sentences"] = row["sentences"] and dumps(row["sentences"])
        writer.writerow("" if row[name] is None else row[name] for name in HEADER)


def _header(line: str) -> tuple[str, list[str]] | None:
    """What stands between the columns, and their names, where a text or tokens are among them."""
    for separator in SEPARATORS:
        try:
            names = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        if TEXTS.intersection(names):
            return separator, names
    return None


def _records(source: Source, separator: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Each row's first line and cells; rows without anything in them are passed over."""
    whole = (line for _, line in source.whole_lines())
    reader = csv.reader(whole, delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = _next(reader)
        except csv.Error as error:
            findings.wrong(source.error(f"not CSV: {error}", line))
            continue
        if cells is None:
            return
        if any(map(str.strip, cells)):
            yield line, cells


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    """The next row; the limit of a cell's length, which is the process's, is only lent."""
    usual = csv.field_size_limit(LONGEST)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(usual)


def _rows(
    records: Iterator[tuple[int, list[str]]], table: Table, source: Source, findings: Findings
) -> Iterator[Row]:
    reads = [_reader(name, table) for name in table.names]
    for line, cells in records:
        try:
            if len(cells) != len(reads):
                raise ValueError(f"expected {len(reads)} cells, got {len(cells)}")
            columns = zip(table.names, reads, cells, strict=True)
            values = {name: read(cell) for name, read, cell in columns}
        except ValueError as error:
            findings.wrong(source.error(str(error), line))
            continue
        yield Row(values, source.place(line))


def _reader(name: str, table: Table) -> Callable[[str], Any]:
    """What makes a value of a column's cells."""
    if name == table.columns.text:
        return str
    if name == table.columns.tokens or (name == table.tags and table.tagged):
        return _strings
    if name == table.columns.sentences or (name == table.columns.entities and table.tagged):
        return partial(_json, name)
    return _optional


def _optional(cell: str) -> str | None:
    return cell or None


def _strings(cell: str) -> list[str]:
    """A JSON list of strings, or what stands between blanks: a bracket may be a token."""
    if cell.startswith("["):
        try:
            listed = json.loads(cell)
        except (ValueError, RecursionError):
            listed = []
        if listed and all(isinstance(one, str) for one in listed):
            return list(listed)
    return [one for one in cell.split(" ") if one]


def _json(name: str, cell: str) -> Any:
    try:
        return json.loads(cell) if cell else None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name!r} is not JSON: {error}") from error
