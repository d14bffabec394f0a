"""Files and folders as streams of documents: which files there are, of which format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ner.document import Document
from ner.errors import CorpusError, choose
from ner.formats import FORMATS
from ner.formats.compressed import uncompressed_name
from ner.formats.findings import Findings
from ner.formats.format import Format
from ner.formats.options import ReadOptions
from ner.formats.source import Source, open_source

UNANNOTATED = "files without annotations, left out"
PEEKED = 64  # lines that a format is told from


def detect(source: Source) -> str:
    """The format's name, by the first lines; plain text if nothing else fits.

    A format of two files is known by their names: by that of the text only if the other one is
    there and annotations are wanted.
    """
    path = Path(source.name)
    for name, format in FORMATS.items():
        if format.pair and path.suffix.lower() in format.suffixes:
            return name
        if format.pair and source.options.tagged and format.pair.companion(path):
            return name
    return _detect_content(source)


def _detect_content(source: Source) -> str:
    lines = source.peek(PEEKED)
    while lines and not lines[0].strip():
        lines = lines[1:]
    if not lines:
        return format_of(source.name) or "columns"
    for name, format in FORMATS.items():
        if format.recognises and format.recognises(lines):
            return name
    # Whoever names a file so and wants its annotation is told the line that is none.
    named = format_of(source.name) == "columns" and source.options.tagged
    return "columns" if named else "text"


def format_of(name: str) -> str | None:
    """The format that a file name's ending suggests."""
    plain = uncompressed_name(name).lower()
    known = ((ending, format) for format, one in FORMATS.items() for ending in one.suffixes)
    return next((format for ending, format in known if plain.endswith(ending)), None)


def read(source: Source, findings: Findings, *, format: str = "auto") -> Iterator[Document]:
    """The documents of ``source``, one by one.

    Args:
        source: where the lines come from.
        findings: gains what was repaired or skipped.
        format: a name in ``FORMATS``, or ``auto`` to tell it from the content.

    Raises:
        ConfigError: the format is unknown.
        CorpusError: a record is not what the format expects, and nobody listens to the findings.
    """
    name = detect(source) if format == "auto" else format
    return choose(name, FORMATS, kind="format").read(source, findings)


def read_path(
    path: str | Path,
    findings: Findings,
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
        yield from _read_folder(Path(path), findings, format=format, options=options)
        return
    with open_source(path, options) as source:
        name = detect(source) if format == "auto" else format
        if format == "auto":
            findings[f"file(s) read as {name}"] += 1
        yield from read(source, findings, format=name)


def _read_folder(
    folder: Path, findings: Findings, *, format: str, options: ReadOptions
) -> Iterator[Document]:
    used = False
    for path in files_below(folder):
        with open_source(path, options) as source:
            name = detect(source) if format == "auto" else format
            chosen = choose(name, FORMATS, kind="format")
            if chosen.pair and not chosen.pair.owns(path):
                continue
            if format == "auto" and options.tagged and not chosen.annotated:
                findings.note(UNANNOTATED, source.place())
                continue
            used = True
            if format == "auto":
                findings[f"file(s) read as {name}"] += 1
            yield from chosen.read(source, findings)
    if not used:
        wanted = "annotated file" if options.tagged else "file"
        raise CorpusError(f"no {wanted} in it", path=folder)


def files_below(folder: Path) -> list[Path]:
    """The files in a folder and below, in order; the two files of a pair are one, the text.

    Hidden files and folders are left out.
    """
    inside = (path for path in folder.rglob("*") if path.is_file())
    shown = {
        path
        for path in inside
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    return sorted(shown - {_companion(path, format) for path in shown for format in _PAIRED})


def _companion(path: Path, format: Format) -> Path | None:
    return format.pair.companion(path) if format.pair else None


_PAIRED = [format for format in FORMATS.values() if format.pair]
