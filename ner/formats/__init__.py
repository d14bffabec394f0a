"""FILE ↔ DOCUMENTS: one module a format, and the table of them.

``read`` is a stream of documents; what a reader repairs or skips it counts in ``counts``. To add a
format, write its module with ``read`` and ``write`` and add a line to ``FORMATS``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ner.document import Document
from ner.errors import CorpusError, choose
from ner.formats import brat, cluener, columns, jsonl, text
from ner.formats.source import ReadOptions, Source, open_source

__all__ = [
    "FORMATS",
    "Format",
    "ReadOptions",
    "Source",
    "detect",
    "files_below",
    "format_of",
    "open_source",
    "read",
    "read_path",
]

Reader = Callable[[Source, "Counter[str]"], Iterator[Document]]
Writer = Callable[[Iterable[Document], TextIO, "Counter[str]"], None]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is read and written.

    Args:
        read: documents of a source.
        write: documents to a stream; None where the format is only read.
        suffixes: the endings of file names that suggest the format.
        texts: the ending of the file of text that stands beside each file of the format, if its
            documents take two.
        annotated: whether its files can hold entities.
    """

    read: Reader
    write: Writer | None
    suffixes: tuple[str, ...]
    texts: str | None = None
    annotated: bool = True


FORMATS = {
    "columns": Format(columns.read, columns.write, (".bio", ".bmes", ".bioes", ".conll", ".iob")),
    "jsonl": Format(jsonl.read, jsonl.write, (".jsonl", ".ndjson")),
    "cluener": Format(cluener.read, None, ()),
    "brat": Format(brat.read, None, (brat.ANNOTATIONS,), texts=brat.TEXT),
    "text": Format(text.read, None, (".txt", ".text"), annotated=False),
}


UNANNOTATED = "files without annotations, left out"


def detect(source: Source) -> str:
    """The format's name, by the first line that is not blank; plain text if nothing else fits.

    A format of two files is known by their names: by that of the text only if the other one is
    there and annotations are wanted.
    """
    for name, format in FORMATS.items():
        path = Path(source.name)
        if format.texts and path.suffix.lower() in format.suffixes:
            return name
        if source.options.tagged and _annotations(path, format):
            return name
    return _detect_content(source)


def _annotations(path: Path, format: Format) -> Path | None:
    """The annotations of this format that stand beside a file of text."""
    if format.texts is None or path.suffix.lower() != format.texts:
        return None
    beside = (path.with_suffix(suffix) for suffix in format.suffixes)
    return next((path for path in beside if path.is_file()), None)


def _detect_content(source: Source) -> str:
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
    """The documents of a file, which stays open until the last one is taken, or of a folder.

    Of a folder all files are read in order, each in its format. Where that is told by itself and
    annotations are wanted, files that hold none are left out and counted.

    Raises:
        CorpusError: a file cannot be read, or a folder has none of the format.
    """
    options = options or ReadOptions()
    if Path(path).is_dir():
        yield from _read_folder(Path(path), counts, format=format, options=options)
        return
    with open_source(path, options) as source:
        yield from read(source, counts, format=format)


def _read_folder(
    folder: Path, counts: Counter[str], *, format: str, options: ReadOptions
) -> Iterator[Document]:
    used = False
    for path in files_below(folder):
        with open_source(path, options) as source:
            name = detect(source) if format == "auto" else format
            chosen = choose(name, FORMATS, kind="format")
            if chosen.texts and path.suffix.lower() not in (chosen.texts, *chosen.suffixes):
                continue
            if format == "auto" and options.tagged and not chosen.annotated:
                counts[UNANNOTATED] += 1
                continue
            used = True
            yield from chosen.read(source, counts)
    if not used:
        wanted = "annotated file" if options.tagged else "file"
        raise CorpusError(f"no {wanted} in it", path=folder)


def files_below(folder: Path) -> list[Path]:
    """The files in a folder and below, in order; a text and its annotations are one, the text.

    Hidden files and folders are left out.
    """
    inside = (path for path in folder.rglob("*") if path.is_file())
    shown = {
        path
        for path in inside
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    formats = FORMATS.values()
    beside = {_annotations(path, format) for path in shown for format in formats}
    return sorted(shown - beside)
