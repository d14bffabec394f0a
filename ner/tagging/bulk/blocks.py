"""The documents of all inputs in blocks, each with the place where reading goes on behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from ner.document import Document
from ner.formats import FORMATS, Findings, Source
from ner.formats.inputs import open_input
from ner.formats.reading import format_of, read
from ner.formats.source import TOP, Start
from ner.tagging.files import Job, Request


@dataclass(frozen=True, slots=True)
class Position:
    """How far the inputs of a job are read.

    Args:
        input: the number of the one that is being read.
        documents: how many of it are read.
        start: where its next document stands, if its format can be read from there.
        findings: what its reader will not come upon again.
    """

    input: int = 0
    documents: int = 0
    start: Start = TOP
    findings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """Documents that are tagged together.

    Args:
        job: the number of their job.
        documents: in order; the last block of a job may have none.
        after: where reading goes on.
        repairs: what the reader repaired or lost, of the whole job up to here.
        read: bytes of all jobs' files that are read.
    """

    job: int
    documents: tuple[Document, ...]
    after: Position = Position()
    repairs: Mapping[str, int] = field(default_factory=dict)
    read: int = 0

    @property
    def characters(self) -> int:
        return sum(len(document.text) for document in self.documents)


def gathered(documents: Iterable[Document], size: int) -> Iterator[tuple[Document, ...]]:
    """Documents together until they hold enough characters, as ``Tagger`` gathers them."""
    group: list[Document] = []
    held = 0
    for document in documents:
        group.append(document)
        held += len(document.text) + 1
        if held >= size:
            yield tuple(group)
            group, held = [], 0
    if group:
        yield tuple(group)


class BlockReader:
    """The blocks of jobs.

    Args:
        jobs: what is read.
        request: how it is read.
        size: characters after which a block ends.
    """

    def __init__(self, jobs: Sequence[Job], request: Request, *, size: int) -> None:
        self._jobs = jobs
        self._request = request
        self._size = size
        self._read = 0

    def blocks(self, job: int = 0, position: Position | None = None) -> Iterator[Block]:
        """All blocks from a place on; each job has one at least."""
        before = [path for one in self._jobs[:job] for path in one.inputs]
        if position and job < len(self._jobs):
            before += self._jobs[job].inputs[: position.input]
        self._read = sum(path.stat().st_size for path in before)
        for number in range(job, len(self._jobs)):
            yield from self._of_job(number, position or Position())
            position = None

    def _of_job(self, number: int, position: Position) -> Iterator[Block]:
        options = replace(self._request.options, watch=self._count)
        request = replace(self._request, options=options)
        reading = _JobReader(self._jobs[number], request, position)

        def block(documents: tuple[Document, ...]) -> Block:
            repairs = reading.findings.repairs
            return Block(number, documents, reading.position, repairs, self._read)

        yield from map(block, gathered(reading.documents(), self._size))
        yield block(())

    def _count(self, size: int) -> None:
        self._read += size


class _JobReader:
    """The documents of one job, and how far it is with them."""

    def __init__(self, job: Job, request: Request, position: Position) -> None:
        self._job = job
        self._request = request
        self._begun = position
        self._source: Source | None = None
        self.findings = Findings()
        self.findings.update(position.findings)

    def documents(self) -> Iterator[Document]:
        for number in range(self._begun.input, len(self._job.inputs)):
            if number != self._begun.input:
                self._begun = Position(number, findings=Counter(self.findings))
            yield from self._of_input()

    @property
    def position(self) -> Position:
        """Behind the document that came last."""
        if self._source is None:
            return self._begun
        return replace(self._begun, start=self._source.position, findings=Counter(self.findings))

    def _of_input(self) -> Iterator[Document]:
        """The documents of the input that ``_begun`` stands in, from there on."""
        path = self._job.inputs[self._begun.input]
        request = self._request
        format = request.from_ if request.from_ != "auto" else format_of(path.name) or "text"
        by_line = FORMATS[format].by_line
        with open_input(path, request.options, self._begun.start) as source:
            documents = read(source, self.findings, format=format)
            self._source = source if by_line else None
            for _ in islice(documents, self._begun.documents):
                pass
            for document in documents:
                if not by_line:
                    after = self._begun.documents + 1
                    self._begun = replace(self._begun, documents=after)
                yield document
