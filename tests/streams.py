"""Formats read from bytes and written to bytes, as files are, without any file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from io import BytesIO, TextIOWrapper

from ner import formats
from ner.document import Document
from ner.formats import FORMATS, ReadOptions, Source

NAME = "sample"


def source(content: str | bytes, options: ReadOptions | None = None) -> Source:
    raw = content.encode() if isinstance(content, str) else content
    return Source(BytesIO(raw), name=NAME, options=options)


def read(
    content: str | bytes, format: str, options: ReadOptions | None = None
) -> tuple[list[Document], Counter[str]]:
    """The documents in ``content``, and what its reading counted."""
    counts: Counter[str] = Counter()
    return list(formats.read(source(content, options), counts, format=format)), counts


def written(documents: Iterable[Document], format: str) -> tuple[bytes, Counter[str]]:
    """What a file of ``documents`` holds, and what its writing counted."""
    counts: Counter[str] = Counter()
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding="utf-8", newline="\n")
    write = FORMATS[format].write
    assert write is not None
    write(documents, stream, counts)
    stream.flush()
    return raw.getvalue(), counts
