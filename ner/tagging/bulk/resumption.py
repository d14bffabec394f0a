"""Whether a run begins anew or goes on with one that did not end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ner.errors import ConfigError, CorpusError, NerError, WorkerError
from ner.storage import BEGIN_ANEW, GO_ON, LEFT, is_sink, part_of
from ner.tagging.bulk.journal import Journal, Record
from ner.tagging.bulk.outputs import Journalled, Outputs, Plain, named
from ner.tagging.bulk.settings import settings_of
from ner.tagging.files import Job, Request
from ner.tagging.loading import Loading


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done, and what makes it another run where it changes."""

    jobs: tuple[Job, ...]
    models: tuple[Path, ...]
    loading: Loading
    request: Request
    least: float = 0.0  # entities of a lower score are left out

    @property
    def settings(self) -> dict[str, Any]:
        """What must not change until it ends."""
        return {
            **settings_of(self.models, self.loading, self.jobs, self.request),
            "option min_score of results": self.least,
        }


@dataclass(frozen=True, slots=True)
class Course:
    """What is left to do.

    Args:
        jobs: in order; the first ones may be finished.
        outputs: where their results go.
        begun: how far they are.
        finished: outputs that were there before and are left as they are.
        journal: of the run, if it can be gone on with.
    """

    jobs: tuple[Job, ...]
    outputs: Outputs
    begun: Record = field(default_factory=Record)
    finished: tuple[Path, ...] = ()
    journal: Journal | None = None

    @contextmanager
    def kept(self, say: Callable[[str], None]) -> Iterator[None]:
        """Removes the journal at the end of a run, or keeps it if another can go on from there.

        What ends a run leaves its output for another one; but an input that cannot be read leaves
        nothing, as another run would not get further.
        """
        if self.journal is None:
            yield
            return
        try:
            yield
        except BaseException as error:
            hopeless = isinstance(error, NerError) and not isinstance(error, WorkerError)
            if hopeless or not self.journal.says_something:
                self._remove()
            else:
                self.journal.close()
                say(f"{self.journal.path}: {GO_ON}")
            raise
        self._remove()

    def _remove(self) -> None:
        for job in self.jobs:
            part_of(_output(job)).unlink(missing_ok=True)
        if self.journal:
            self.journal.remove()


def course(
    order: Order, *, journal: Path | None, stdout: TextIO, resume: bool, force: bool
) -> Course:
    """The way that a run takes.

    Args:
        order: what is to be done.
        journal: where its journal stands, if it can have one.
        stdout: takes the results that go to no file.
        resume: whether to go on with a run that did not end.
        force: whether to begin anew where one did not end.

    Raises:
        CorpusError: a run did not end, and neither is said.
        ConfigError: it cannot be gone on with, since something has changed.
    """
    if journal is None:
        return Course(order.jobs, Plain(stdout))
    if journal.exists() and resume:
        return _continued(order, Journal(journal))
    if journal.exists():
        if not force:
            raise CorpusError(LEFT, path=journal)
        Journal(journal).close()  # nobody is at work on it
    return _begun(order, journal, resume=resume, force=force)


def journal_of(jobs: Sequence[Job], out: str | Path | None, *, resume: bool) -> Path | None:
    """Where the journal of a run stands; None if its inputs or outputs are no files.

    Raises:
        ConfigError: so it is, and it should be gone on with.
    """
    odd = [path for job in jobs for path in job.inputs if not path.is_file()]
    if resume and odd:
        raise ConfigError(
            f"--resume: {odd[0]} is no file: what was read of it cannot be read again"
        )
    sinks = [job.output for job in jobs if job.output and is_sink(job.output)]
    if resume and sinks:
        raise ConfigError(f"--resume: {sinks[0]} is no file: what it was given cannot be told")
    output = jobs[0].output
    if out is None or output is None or odd or sinks:
        return None
    if Path(out) == output:
        part = part_of(output)
        return part.with_name(part.name + ".journal")
    return Path(out) / ".predict.journal"


def _continued(order: Order, journal: Journal) -> Course:
    try:
        settings = order.settings
        names, record = journal.resumed(settings)
    except NerError:
        journal.close()
        raise
    jobs, finished = _parted(order.jobs, names)
    if record.size and not part_of(_output(jobs[record.job])).exists():
        record = Record(record.job + 1)  # it had its name already when the run ended
    return Course(jobs, Journalled(journal, record), record, finished, journal)


def _begun(order: Order, path: Path, *, resume: bool, force: bool) -> Course:
    done = [str(job.output) for job in order.jobs if resume and _output(job).exists()]
    jobs, finished = _parted(order.jobs, done)
    if not jobs:
        return Course((), Plain(sys.stdout), finished=finished)
    for job in jobs:
        part = part_of(_output(job))
        if part.exists() and not force:
            raise CorpusError(f"is there already, without a journal; {BEGIN_ANEW}", path=part)
    settings = order.settings
    with named(_output(jobs[0]), path):
        journal = Journal.begun(path, settings, done)
    return Course(jobs, Journalled(journal), finished=finished, journal=journal)


def _parted(jobs: Sequence[Job], done: Sequence[str]) -> tuple[tuple[Job, ...], tuple[Path, ...]]:
    """The jobs that are left, and the outputs of the others."""
    finished = set(done)
    left = tuple(job for job in jobs if str(job.output) not in finished)
    return left, tuple(_output(job) for job in jobs if str(job.output) in finished)


def _output(job: Job) -> Path:
    assert job.output
    return job.output
