"""The way from files to files: read, tagged, written in order, and told how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Protocol

from ner.document import Document
from ner.errors import NerError
from ner.formats import FORMATS, Findings, WriteOptions
from ner.tagging.bulk.blocks import Block, BlockReader
from ner.tagging.bulk.outputs import Outputs, Sheet
from ner.tagging.files import Job, Request

Told = Callable[[int, int], None]  # characters of a block that is written, bytes read up to it
Tagged = tuple[Block, list[Document]]


class Pipe(Protocol):
    """What gives documents their entities, as a ``Tagger`` does."""

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]: ...


class BlockTagger(Protocol):
    """What gives the documents of blocks their entities, as a ``Pool`` does."""

    def tagged(self, blocks: Iterable[Block]) -> Iterator[Tagged]: ...


@dataclass(frozen=True, slots=True)
class Alone:
    """A tagger in this process."""

    tagger: Pipe

    def tagged(self, blocks: Iterable[Block]) -> Iterator[Tagged]:
        for block in blocks:
            yield block, list(self.tagger.pipe_documents(block.documents))


@dataclass(slots=True)
class Seen:
    """The last block that was written."""

    block: Block = field(default_factory=lambda: Block(0, ()))


def written(
    jobs: Sequence[Job], results: Iterable[Tagged], outputs: Outputs, to: str, told: Told
) -> Iterator[tuple[Job, Counter[str]]]:
    """Each job once its output is whole, with what was repaired or lost on the way, by kind.

    Args:
        jobs: whose blocks the results are.
        results: in order.
        outputs: where they go.
        to: the format.
        told: is told of each block that is written.
    """
    writer = FORMATS[to].write
    assert writer is not None
    for number, group in groupby(results, key=lambda one: one[0].job):
        seen = Seen()
        with outputs.opened(number, jobs[number]) as sheet:
            findings = Findings()
            writer(_fed(group, sheet, findings, seen, told), sheet.stream, findings, WriteOptions())
        yield jobs[number], Counter(seen.block.repairs) + findings.repairs


def _fed(
    group: Iterable[Tagged], sheet: Sheet, findings: Findings, seen: Seen, told: Told
) -> Iterator[Document]:
    """The documents for a writer, which has written one when it asks for the next."""
    yield from sheet.begun
    sheet.begin()
    findings.clear()  # what the writer said of those is no news
    findings.update(sheet.lost)
    for block, documents in group:
        yield from documents
        sheet.written(block, documents, findings)
        seen.block = block
        told(block.characters, block.read)


def tag_job(
    job: Job, tagger: Pipe, request: Request, *, outputs: Outputs, told: Told, size: int
) -> Counter[str]:
    """Tags a job's inputs in this process.

    Returns:
        What was repaired or lost on the way, by kind.
    """
    blocks = BlockReader([job], request, size=size).blocks()
    results = Alone(tagger).tagged(blocks)
    ((_, counts),) = written([job], results, outputs, request.to, told)
    return counts


def first_of(blocks: Iterator[Block], characters: int) -> Iterator[Block]:
    """The first blocks, until they hold so many characters together; the others are left."""
    while characters > 0 and (block := next(blocks, None)):
        characters -= block.characters
        yield block


def looked_ahead(blocks: Iterator[Block], characters: int) -> tuple[Iterator[Block], bool]:
    """The same blocks, and whether they hold more characters than that together."""
    seen: list[Block] = []
    try:
        for block in blocks:
            seen.append(block)
            characters -= block.characters
            if characters < 0:
                return chain(seen, blocks), True
    except (NerError, OSError) as error:
        return chain(seen, _failing(error)), False
    return iter(seen), False


def _failing(error: Exception) -> Iterator[Block]:
    """The error, at the place where it was met."""
    raise error
    yield
