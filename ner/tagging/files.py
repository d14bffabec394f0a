"""Files in bulk: which inputs there are, where their results go, and the way in between."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol, TextIO

from ner.document import Document
from ner.errors import ConfigError, CorpusError, choose
from ner.formats import FORMATS, Findings, ReadOptions, WriteOptions
from ner.formats.inputs import STANDARD, input_files, open_input
from ner.formats.reading import format_of, read
from ner.storage import whole_file


class Pipe(Protocol):
    """What gives documents their entities, as a ``Tagger`` does."""

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """How inputs are read and results are written."""

    from_: str
    to: str
    options: ReadOptions


@dataclass(frozen=True, slots=True)
class Job:
    """Inputs whose results go to one place, standard output if there is no other."""

    inputs: tuple[Path, ...]
    output: Path | None

    @property
    def name(self) -> str:
        return str(self.output or self.inputs[0])


def plan_jobs(
    paths: Sequence[Path], out: str | Path | None, request: Request, *, force: bool
) -> list[Job]:
    """What there is to do, checked before anything is loaded or written.

    One output file takes all inputs in order; an output folder (one that exists, or whose name ends
    in a slash) gets a file for each input.

    Raises:
        ConfigError: a format is unknown, or cannot be written.
        CorpusError: an input is missing, or an output is there already and ``force`` is not set.
    """
    if request.from_ != "auto":
        choose(request.from_, FORMATS, kind="format")
    writable = {name: one for name, one in FORMATS.items() if one.write and one.annotated}
    suffix = choose(request.to, writable, kind="output format").suffixes[0]
    found = [(path, root) for root in paths for path in input_files(root)]
    if not found:
        raise CorpusError("no file in it", path=paths[0])
    if out is None or not _is_folder(out):
        jobs = [Job(tuple(path for path, _ in found), _not_standard(out))]
    else:
        folder = Path(out)
        jobs = [Job((path,), folder / _result_name(path, root, suffix)) for path, root in found]
    _refuse_collisions(jobs, force=force)
    return jobs


def tag_job(
    job: Job,
    tagger: Pipe,
    request: Request,
    *,
    stdout: TextIO,
    advance: Callable[[int], None],
) -> Counter[str]:
    """Tags a job's inputs; an output file appears whole or not at all.

    Returns:
        What was repaired or lost on the way, by kind.
    """
    findings = Findings()
    writer = FORMATS[request.to].write
    assert writer is not None
    with _opened(job.output, stdout) as stream:
        read = _counted(_documents(job, request, findings), advance)
        writer(tagger.pipe_documents(read), stream, findings, WriteOptions())
    return findings.repairs


def _documents(job: Job, request: Request, findings: Findings) -> Iterator[Document]:
    for path in job.inputs:
        format = request.from_ if request.from_ != "auto" else format_of(path.name) or "text"
        with open_input(path, request.options) as source:
            yield from read(source, findings, format=format)


@contextmanager
def _opened(output: Path | None, stdout: TextIO) -> Iterator[TextIO]:
    if output is None:
        yield stdout
        return
    with whole_file(output) as raw:
        stream = TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
        yield stream
        stream.flush()
        stream.detach()


def _counted(documents: Iterator[Document], advance: Callable[[int], None]) -> Iterator[Document]:
    for document in documents:
        advance(len(document.text))
        yield document


def _is_folder(out: str | Path) -> bool:
    return str(out).endswith(("/", os.sep)) or Path(out).is_dir()


def _not_standard(out: str | Path | None) -> Path | None:
    return None if out is None or Path(out) == STANDARD else Path(out)


def _result_name(path: Path, root: Path, suffix: str) -> Path:
    """Where an input's result stands in the output folder: as the input does in its own."""
    if path == STANDARD:
        return Path(f"stdin{suffix}")
    inside = path.relative_to(root) if path != root else Path(path.name)
    return inside.with_name(inside.name + suffix)


def _refuse_collisions(jobs: Sequence[Job], *, force: bool) -> None:
    outputs = [job.output for job in jobs if job.output]
    for output in outputs:
        if outputs.count(output) > 1:
            raise ConfigError(f"{output}: two inputs would have their results there")
        if output.exists() and not force:
            raise CorpusError("is there already; --force overwrites it", path=output)
