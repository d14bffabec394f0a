"""Parquet, a row a document (``ner.formats.table``); a place's line is here a row, from 1.

    text: string, entities: list<struct<start: int64, end: int64, label: string>>, id: string
    tokens: list<string>, ner_tags: list<string> or list<int64>

What numbers of tags stand for, Hugging Face's libraries write into the file. The file is read from
its path, since what it holds is said at its end, in batches of ``BATCH`` rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ner.document import Document
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.source import Source
from ner.formats.table import USUAL, Row, Table
from ner.formats.table_rows import documents, row_of
from ner.storage import whole_file

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

MAGIC = "PAR1\x15"  # and the first field of what follows it in every file
BATCH = 1024  # rows
UNHELD = "columns that are neither text nor numbers, left out"

Read = TypeVar("Read")


def recognises(lines: Sequence[str]) -> bool:
    return lines[0].startswith(MAGIC)


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every row.

    Raises:
        CorpusError: the file cannot be read, its columns hold no documents, or a row does not hold
            what they promise; where the findings are listened to, reading goes on behind it.
    """
    from pyarrow.parquet import ParquetFile

    path = Path(source.name)
    if not path.is_file():
        raise source.error("Parquet is read from a file: what it holds is said at its end")
    opened = _checked(lambda: ParquetFile(path, page_checksum_verification=True), source, findings)
    if opened is None:
        return
    with opened as file:
        yield from _documents(file, source, findings)


def save(found: Iterable[Document], path: Path, findings: Findings, options: WriteOptions) -> None:
    """A file of a row for each document, whole or not at all.

    Raises:
        CorpusError: a text, label or id holds a lone surrogate, which no UTF-8 can.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schema = _schema()
    rows = (row_of(document, format="parquet") for document in found)
    with (
        whole_file(path) as stream,
        ParquetWriter(stream, schema, write_page_checksum=True) as writer,
    ):
        while batch := list(islice(rows, BATCH)):
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))


def plain_columns(schema: pa.Schema) -> list[str]:
    """The columns whose values are text, numbers, or lists and objects of them."""
    return [column.name for column in schema if _is_plain(column.type)]


def _schema() -> pa.Schema:
    import pyarrow as pa

    whole, text = pa.int64(), pa.string()
    entity = {"start": whole, "end": whole, "label": text, "text": text}
    struct = pa.struct({**entity, "score": pa.float64(), "fields": text}.items())
    columns = {"id": text, "text": text, "entities": pa.list_(struct)}
    sentences = pa.list_(pa.list_(whole))
    return pa.schema({**columns, "sentences": sentences, "fields": text}.items())


def _documents(file: ParquetFile, source: Source, findings: Findings) -> Iterator[Document]:
    schema = _checked(lambda: file.schema_arrow, source, findings)
    if schema is None:
        return
    names = plain_columns(schema)
    for name in schema.names:
        if name not in names:
            findings.note(UNHELD, source.place(), name)
    tags = {name: class_names(schema, name) for name in USUAL.tags if name in names}
    options = source.options
    table = Table(names, source.place(), tagged=options.tagged, scheme=options.scheme, classes=tags)
    yield from documents(table, _rows(file, names, source, findings), findings)


def _rows(
    file: ParquetFile, names: Sequence[str], source: Source, findings: Findings
) -> Iterator[Row]:
    batches = file.iter_batches(batch_size=BATCH, columns=list(names))
    numbers = count(1)
    while True:
        batch = _checked(lambda: [one.to_pylist() for one in islice(batches, 1)], source, findings)
        if not batch:
            return
        for values in batch[0]:
            yield Row(values, source.place(next(numbers)))


def _checked(read: Callable[[], Read], source: Source, findings: Findings) -> Read | None:
    """What is read; None where the file is broken, and somebody listens."""
    import pyarrow as pa

    try:
        return read()
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        findings.wrong(source.error(f"not Parquet that can be read: {error}"))
        return None


def _is_plain(type: pa.DataType) -> bool:
    from pyarrow import types

    if types.is_dictionary(type):
        return _is_plain(type.value_type)
    if types.is_list(type) or types.is_large_list(type) or types.is_fixed_size_list(type):
        return _is_plain(type.value_type)
    if types.is_struct(type):
        return all(_is_plain(type.field(at).type) for at in range(type.num_fields))
    is_text = types.is_string(type) or types.is_large_string(type) or types.is_null(type)
    is_number = types.is_integer(type) or types.is_floating(type) or types.is_boolean(type)
    return bool(is_text or is_number)


def class_names(schema: pa.Schema, column: str) -> list[str]:
    """What the numbers of a column stand for, as Hugging Face's metadata says; else nothing."""
    try:
        said = json.loads((schema.metadata or {})[b"huggingface"])
        feature = said["info"]["features"][column]
        names = (feature[0] if isinstance(feature, list) else feature["feature"])["names"]
    except (KeyError, IndexError, TypeError, ValueError, RecursionError):
        return []
    held = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return names if held else []
