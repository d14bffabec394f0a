"""Where results go: standard output, a file that appears whole, or one that can be gone on with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Protocol, TextIO

from ner.document import Document
from ner.errors import CorpusError
from ner.formats import Findings
from ner.formats.tagged import on_lines
from ner.storage import BEGIN_ANEW, give_name, part_of, whole_file
from ner.tagging.bulk.blocks import Block
from ner.tagging.bulk.journal import Journal, Record
from ner.tagging.files import Job

EVERY = 0.5  # seconds between two lines of a journal
ONE = Document("一")
SEVERAL = Document("一\n一", spans=((0, 1), (2, 3)))


class Sheet:
    """An output while it is written.

    Args:
        stream: takes the text.
    """

    begun: Sequence[Document] = ()  # what brings a writer to where it stood; not to be kept
    lost: Mapping[str, int] = {}  # what the writer told before

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def begin(self) -> None:
        """The writer stands where it stood: what it writes from here on is kept."""

    def written(self, block: Block, documents: Sequence[Document], findings: Findings) -> None:
        """The writer has written all of a block."""
        self.stream.flush()


class Outputs(Protocol):
    """Gives each job a place to write to."""

    def opened(self, number: int, job: Job) -> AbstractContextManager[Sheet]: ...


@dataclass(frozen=True, slots=True)
class Plain:
    """Standard output, or files of which nothing is there before they are whole.

    Args:
        stdout: where a job without an output writes to.
        whole: is told of each output that is whole, before it stands in its place.
    """

    stdout: TextIO
    whole: Callable[[Path], None] = lambda output: None

    @contextmanager
    def opened(self, number: int, job: Job) -> Iterator[Sheet]:
        if job.output is None:
            yield Sheet(self.stdout)
            return
        with whole_file(job.output) as raw:
            stream = TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
            yield Sheet(stream)
            stream.flush()
            stream.detach()
            self.whole(job.output)


@dataclass(frozen=True, slots=True)
class Journalled:
    """Files that are written under another name and, once they are whole, given their own."""

    journal: Journal
    begun: Record = field(default_factory=Record)

    @contextmanager
    def opened(self, number: int, job: Job) -> Iterator[Sheet]:
        assert job.output
        part = part_of(job.output)
        record = self.begun if number == self.begun.job else Record(number)
        with named(job.output, part), _part(part, record) as raw:
            stream = TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
            yield _Part(stream, raw, self.journal, record)
            stream.flush()
            os.fsync(raw.fileno())
            stream.detach()
        give_name(part)
        self.journal.append(Record(number + 1), sync=False)


class _Part(Sheet):
    """A file of which the journal says how far it is good."""

    def __init__(self, stream: TextIO, raw: IO[bytes], journal: Journal, record: Record) -> None:
        super().__init__(stream)
        self._raw = raw
        self._journal = journal
        self._record = record
        self._several = record.several
        self._said = time.monotonic()
        self.lost = record.lost
        if record.size:
            self.begun = [SEVERAL if record.several else ONE]

    def begin(self) -> None:
        if not self.begun:
            return  # what opens a file is kept
        self.stream.flush()
        self._raw.truncate(self._record.size)
        self._raw.seek(self._record.size)

    def written(self, block: Block, documents: Sequence[Document], findings: Findings) -> None:
        self._several = self._several or any(map(_has_several, documents))
        if time.monotonic() < self._said + EVERY:
            return
        self.stream.flush()
        self._raw.flush()
        os.fsync(self._raw.fileno())  # first what is written, then the word that it is
        size = self._raw.tell()
        record = Record(block.job, block.after, size, self._several, dict(findings))
        self._journal.append(record, sync=True)
        self._said = time.monotonic()


@contextmanager
def named(output: Path, part: Path) -> Iterator[None]:
    """Errors of the file beside it name the output, the only one that the user named."""
    try:
        yield
    except OSError as error:
        if error.errno and error.filename in (None, str(part)):
            raise OSError(error.errno, error.strerror, str(output)) from error
        raise


def _part(path: Path, record: Record) -> IO[bytes]:
    """The file as the journal knows it, what came later cut off; the caller closes it.

    Raises:
        CorpusError: it holds less than that.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not record.size:
        return open(path, "wb")
    raw = open(path, "r+b")  # noqa: SIM115
    held = os.fstat(raw.fileno()).st_size
    if held < record.size:
        raw.close()
        why = f"holds {held} bytes, its journal says {record.size}; {BEGIN_ANEW}"
        raise CorpusError(why, path=path)
    raw.truncate(record.size)
    raw.seek(record.size)
    return raw


def _has_several(document: Document) -> bool:
    """Whether formats with a sentence a paragraph hold it as more than one."""
    if len(document.spans) < 2 and "\n" not in document.text:
        return False
    return len([line for one in document.sentences for line in on_lines(one)]) > 1
