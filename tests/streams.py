"""Formats read from bytes and written to bytes, as files are, without any file."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO, TextIOWrapper

from ner.document import Document
from ner.formats import FORMATS, Findings, ReadOptions, Source, WriteOptions, reading

NAME = "sample"


def source(content: str | bytes, options: ReadOptions | None = None) -> Source:
    raw = content.encode() if isinstance(content, str) else content
    return Source(BytesIO(raw), name=NAME, options=options)


def read(
    content: str | bytes, format: str, options: ReadOptions | None = None
) -> tuple[list[Document], Findings]:
    """The documents in ``content``, and what its reading counted."""
    findings = Findings()
    return list(reading.read(source(content, options), findings, format=format)), findings


def written(
    documents: Iterable[Document], format: str, options: WriteOptions | None = None
) -> tuple[bytes, Findings]:
    """What a file of ``documents`` holds, and what its writing counted."""
    findings = Findings()
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding="utf-8", newline="\n")
    write = FORMATS[format].write
    assert write is not None
    write(documents, stream, findings, options or WriteOptions())
    stream.flush()
    return raw.getvalue(), findings
