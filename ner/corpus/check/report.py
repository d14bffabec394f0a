"""The whole check: each split read once, what was found gathered by kind, figures beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ner.corpus.check import CHECKS
from ner.corpus.check.check import Check, Thresholds
from ner.corpus.comparison import Corpus, split_names
from ner.corpus.parts import parts_of
from ner.corpus.statistics import Layers, Lengths, Statistics, count
from ner.document import Document
from ner.errors import CorpusError
from ner.formats import Finding, Findings, ReadOptions
from ner.formats.findings import Severity
from ner.formats.reading import read_path

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
LISTED = 1000  # errors of a kind that are kept, however few examples are asked for
BROKEN_OFF = "splits that cannot be read to their end"
EMPTY = "splits without any text"


@dataclass(slots=True)
class Kind:
    """What was found of one kind: how often in each split, and the first examples."""

    severity: Severity
    name: str
    splits: Counter[str] = field(default_factory=Counter)
    examples: list[Finding] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.splits.total()

    def to_dict(self) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "kind": self.name,
            "count": self.count,
            "splits": {name: count for name, count in self.splits.items() if name},
            "examples": [_example(one) for one in self.examples],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a corpus and all that was found, errors first."""

    corpus: Corpus
    kinds: tuple[Kind, ...]

    @property
    def has_errors(self) -> bool:
        return any(kind.severity == "error" for kind in self.kinds)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**self.corpus.to_dict(), "findings": [kind.to_dict() for kind in self.kinds]}


def check(
    paths: Sequence[Path],
    *,
    format: str = "auto",
    options: ReadOptions | None = None,
    thresholds: Thresholds | None = None,
    examples: int = 5,
) -> Report:
    """Looks through files and folders, each a split, in one pass.

    Memory grows with what is different (mentions, characters, 20 bytes a sentence), not with texts.
    What cannot be read is an error among the findings, and reading goes on behind it.

    Args:
        paths: what is read; a folder of splits stands for all of them.
        format: of the files, or ``auto``.
        options: how they are read.
        thresholds: from where on something is worth a word.
        examples: how many of a kind are kept; of errors at least ``LISTED``.

    Raises:
        ConfigError: the format or the encoding is unknown.
        CorpusError: a path is not there.
    """
    gather = _Gathering(examples)
    checks = [make(thresholds or Thresholds()) for make in CHECKS.values()]
    splits = []
    parts = [part for path in paths for part in parts_of(_there(path))]
    for path, name in split_names(parts).items():
        gather.split = name
        findings = Findings(gather.take)
        documents = read_path(path, findings, format=format, options=options)
        seen = _seen(_to_the_end(documents, gather), checks, name, gather)
        splits.append(_counted(seen, findings, name, path, gather))
    corpus = Corpus(tuple(splits))
    gather.split = ""
    for one in checks:
        for finding in one.conclude(corpus):
            gather.take(finding)
    order = sorted(gather.kinds.values(), key=lambda kind: SEVERITIES.index(kind.severity))
    return Report(corpus, tuple(order))


class _Gathering:
    """Takes findings, and knows the split of each by its file."""

    def __init__(self, examples: int) -> None:
        self.kinds: dict[str, Kind] = {}
        self.split = ""  # that is being read
        self._examples = examples
        self._splits: dict[str, str] = {}

    def own(self, document: Document) -> None:
        """Remembers whose file a document's is."""
        if document.place:
            self._splits[document.place.path] = self.split

    def take(self, finding: Finding) -> None:
        kind = self.kinds.setdefault(finding.kind, Kind(finding.severity, finding.kind))
        path = finding.place.path if finding.place else ""
        kind.splits[self._splits.get(path, self.split)] += 1
        least = LISTED if kind.severity == "error" else 0
        if len(kind.examples) < max(least, self._examples):
            kind.examples.append(finding)


def _there(path: Path) -> Path:
    if not path.exists():
        raise CorpusError("no such file or folder", path=path)
    return path


def _to_the_end(documents: Iterator[Document], gather: _Gathering) -> Iterator[Document]:
    """The documents up to where nothing more can be read, which is told."""
    try:
        yield from documents
    except CorpusError as error:
        gather.take(Finding("error", BROKEN_OFF, error.place, error.message))


def _counted(
    documents: Iterator[Document], findings: Findings, name: str, path: Path, gather: _Gathering
) -> Statistics:
    """The figures of a split, even if there is nothing in it."""
    try:
        return count(documents, findings, name=name, path=str(path))
    except CorpusError as error:
        gather.take(Finding("error", EMPTY, error.place, name))
        none, layers = Lengths(Counter()), Layers(0, 0, 0)
        return Statistics(name, str(path), 0, Counter(), none, none, {}, layers, findings)


def _seen(
    documents: Iterator[Document], checks: Sequence[Check], split: str, gather: _Gathering
) -> Iterator[Document]:
    """The documents, once every check has seen them."""
    for document in documents:
        gather.own(document)
        for one in checks:
            for finding in one.see(document, split):
                gather.take(finding)
        yield document


def _example(finding: Finding) -> dict[str, Any]:
    path, line = finding.place or (None, None)
    return {"path": path, "line": line, "text": finding.example}
