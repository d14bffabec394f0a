"""One format into another: what the target cannot hold is told, never lost in silence."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from reprlib import repr as shortened
from tempfile import TemporaryDirectory
from typing import TextIO

from ner.config import read_yaml
from ner.document import Document, Entity
from ner.errors import ConfigError, CorpusError, choose
from ner.formats import FORMATS, Finding, Findings, Format, WriteOptions
from ner.formats.format import Part
from ner.printing import excerpt
from ner.storage import is_kept, whole_file

DROPPED = "entities whose label the map drops"
UNMET = "labels of the map that no entity has"
PARTS: Mapping[Part, str] = {
    "ids": "documents' ids left out",
    "fields": "documents' other fields left out",
    "scores": "texts whose entities' scores are left out",
    "entity fields": "texts whose entities' other fields are left out",
    "sentences": "texts whose sentences are not marked",
}

SHOWN = 90  # characters of an example
LabelMap = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be written.

    Args:
        format: of the output.
        path: of its file or folder; None is standard output.
        force: whether files that are there may be overwritten.
    """

    format: Format
    path: Path | None
    force: bool = False


def read_label_map(path: Path) -> LabelMap:
    """Old labels and what becomes of each: a new label, or None to drop its entities.

    Raises:
        ConfigError: the file is no YAML object of labels.
    """
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: expected lines like 'PERSON: PER', got {shortened(raw)}")
    for old, new in raw.items():
        if not isinstance(old, str) or not (new is None or (isinstance(new, str) and new)):
            hint = "in quotes, if YAML takes it for something else, as NO or 1"
            raise ConfigError(
                f"{path}: expected a label ({hint}), got {shortened(old)}: {shortened(new)}"
            )
    return raw


def relabelled(
    documents: Iterable[Document], labels: LabelMap, findings: Findings
) -> Iterator[Document]:
    """The documents with new labels; labels that the map does not name stay."""
    unmet = set(labels)
    for document in documents:
        kept: list[Entity] = []
        unmet -= {entity.label for entity in document.entities}
        for entity in document.entities:
            label = labels.get(entity.label, entity.label)
            if label is None:
                findings.note(DROPPED, document.place, f"{entity.text} ({entity.label})")
            else:
                kept.append(replace(entity, label=label))
        yield document.with_entities(kept)
    for label in sorted(unmet):
        findings.note(UNMET, None, label)


def plan(name: str, path: Path | None, *, force: bool) -> Target:
    """What is to be written, checked before anything is read.

    Raises:
        ConfigError: it is unknown, cannot be written, or not to standard output.
        CorpusError: the output is there already and ``force`` is not set.
    """
    writable = {name: format for name, format in FORMATS.items() if format.write or format.save}
    format = choose(name, writable, kind="output format")
    if path is None and format.write is None:
        raise ConfigError(f"--to {name} takes files or a folder, no stream: give -o")
    if path is not None and is_kept(path) and not force:
        raise CorpusError("is there already; --force overwrites it", path=path)
    return Target(format, path, force)


def write(
    documents: Iterable[Document],
    target: Target,
    stdout: TextIO,
    findings: Findings,
    options: WriteOptions,
) -> None:
    """Writes to a path, whole or not at all, or to standard output.

    Args:
        documents: what is written.
        target: where, and in what format.
        stdout: standard output.
        findings: gains what the format cannot hold.
        options: how it is written.

    Raises:
        CorpusError: the format cannot hold a document, or a file is there already.
    """
    format, path = target.format, target.path
    told = _told(documents, format, findings)
    if format.write and path is None:
        format.write(told, stdout, findings, options)
    elif format.write and path:
        with whole_file(path) as raw:
            stream = TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
            format.write(told, stream, findings, options)
            stream.flush()
            stream.detach()
    elif format.save and path:
        with _staged(path, force=target.force) as staged:
            format.save(told, staged, findings, options)


def refuse(finding: Finding) -> None:
    """A listener for conversions that must lose nothing.

    Raises:
        CorpusError: always: what the output cannot hold, and where.
    """
    path, line = finding.place or ("the documents", None)
    example = f" ({excerpt(finding.example, SHOWN)})" if finding.example else ""
    raise CorpusError(f"refused by --strict: {finding.kind}{example}", path=path, line=line)


@contextmanager
def _staged(path: Path, *, force: bool) -> Iterator[Path]:
    """A path whose files and folders move to ``path`` once the block ends without an error.

    Raises:
        CorpusError: a file is there already and ``force`` is not set.
    """
    path = Path(os.path.abspath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".ner-") as folder:
        staged = Path(folder, path.name)
        if path.is_dir():
            staged.mkdir()
        yield staged
        for file in sorted(file for file in Path(folder).rglob("*") if file.is_file()):
            there = path.parent / file.relative_to(folder)
            if there.exists() and not force:
                raise CorpusError("is there already; --force overwrites it", path=there)
        for made in Path(folder).iterdir():
            _move(made, path.parent / made.name)


def _move(made: Path, path: Path) -> None:
    """A file or folder to its place; the files of a folder that is there join those in it."""
    if not made.is_dir():
        os.replace(made, path)
        return
    if path.exists() and not path.is_dir():
        raise CorpusError("is a file; the output is a folder", path=path)
    path.mkdir(exist_ok=True)
    for inner in made.iterdir():
        _move(inner, path / inner.name)


def _told(documents: Iterable[Document], format: Format, findings: Findings) -> Iterator[Document]:
    """The documents; what their writer leaves out without a word is told here."""
    for document in documents:
        for part in _parts(document):
            if part not in format.holds:
                findings.note(PARTS[part], document.place)
        yield document


def _parts(document: Document) -> Iterator[Part]:
    if document.id is not None:
        yield "ids"
    if document.fields:
        yield "fields"
    if any(entity.score is not None for entity in document.entities):
        yield "scores"
    if any(entity.fields for entity in document.entities):
        yield "entity fields"
    if document.marks_sentences:
        yield "sentences"
