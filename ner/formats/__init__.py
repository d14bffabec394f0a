"""FILE ↔ DOCUMENTS: one module a format, and the table of them.

``read`` is a stream of documents; what a reader repairs or skips it counts in ``counts``. To add a
format, write its module with ``read`` and ``write`` and add a line to ``FORMATS``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

from ner.document import Document
from ner.errors import CorpusError, choose
from ner.formats import cluener, columns, jsonl, text
from ner.formats.source import ReadOptions, Source

__all__ = [
    "FORMATS",
    "Format",
    "ReadOptions",
    "Source",
    "detect",
    "format_of",
    "open_source",
    "read",
    "read_path",
]

Reader = Callable[[Source, "Counter[str]"], Iterator[Document]]
Writer = Callable[[Iterable[Document], TextIO, "Counter[str]"], None]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is read and written, and the endings of file names that suggest it."""

    read: Reader
    write: Writer | None
    suffixes: tuple[str, ...]


FORMATS = {
    "columns": Format(columns.read, columns.write, (".bio", ".bmes", ".bioes", ".conll", ".iob")),
    "jsonl": Format(jsonl.read, jsonl.write, (".jsonl", ".ndjson")),
    "cluener": Format(cluener.read, None, ()),
    "text": Format(text.read, None, (".txt", ".text")),
}


def detect(source: Source) -> str:
    """The format's name, by the first line that is not blank; plain text if nothing else fits."""
    for first in source.peek(16):
        if first.strip():
            break
    else:
        return format_of(source.name) or "columns"
    if first.lstrip().startswith("{") and not _is_token_and_tag(first):
        return "cluener" if cluener.recognises(first) else "jsonl"
    return "columns" if columns.recognises(first) else "text"


def _is_token_and_tag(line: str) -> bool:
    """Whether a line that opens with a brace is the brace and its tag, not JSON."""
    return len(line.split()) == 2 and columns.recognises(line)


def format_of(name: str) -> str | None:
    """The format that a file name's ending suggests."""
    suffix = Path(name).suffix.lower()
    return next((name for name, known in FORMATS.items() if suffix in known.suffixes), None)


def read(source: Source, counts: Counter[str], *, format: str = "auto") -> Iterator[Document]:
    """The documents of ``source``, one by one.

    Args:
        source: where the lines come from.
        counts: gains what was repaired or skipped, by kind.
        format: a name in ``FORMATS``, or ``auto`` to tell it from the content.

    Raises:
        ConfigError: the format is unknown.
        CorpusError: a line is not what the format expects.
    """
    name = detect(source) if format == "auto" else format
    return choose(name, FORMATS, kind="format").read(source, counts)


def read_path(
    path: str | Path,
    counts: Counter[str],
    *,
    format: str = "auto",
    options: ReadOptions | None = None,
) -> Iterator[Document]:
    """The documents of a file, which stays open until the last one is taken."""
    with open_source(path, options or ReadOptions()) as source:
        yield from read(source, counts, format=format)


def open_source(path: str | Path, options: ReadOptions) -> Source:
    """A file as a source of lines.

    Raises:
        CorpusError: the file cannot be opened.
    """
    try:
        stream: IO[bytes] = open(path, "rb")  # noqa: SIM115  the source closes it
    except OSError as error:
        raise CorpusError(error.strerror or "cannot be opened", path=path) from error
    return Source(stream, name=str(path), options=options)
