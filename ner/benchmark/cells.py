"""A benchmark as a whole: a cell for each batch size and number of threads."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ner.benchmark.interval import Interval, interval
from ner.benchmark.process import OURS, Worker

STARTS = 3  # processes that a first answer is timed in, at most


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how long is measured."""

    repeats: int = 7
    seconds: float = 1.0  # of a pass, about


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a worker's command, and the rest of its request to load."""

    request: Mapping[str, Any]
    command: Sequence[str] = OURS

    @classmethod
    def model(cls, path: str, **loading: Any) -> Subject:
        """Our tagger in a folder, loaded with these keywords of ``ner.load``."""
        return cls({"model": path, "loading": loading})


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a subject with so many threads.

    Speed is from texts to documents with entities and their scores. A first answer is timed from
    the start of a new process to the entities of the first text; the load alone, inside it.
    """

    threads: int
    characters_per_second: Interval
    first_answer_seconds: Interval
    load_seconds: Interval
    peak_bytes: int | None
    characters: int  # of a pass
    texts: int
    entities: int
    processors: float  # processor seconds a second

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        intervals = ("characters_per_second", "first_answer_seconds", "load_seconds")
        shown = {name: getattr(self, name).to_dict() for name in intervals}
        others = ("peak_bytes", "characters", "texts", "entities")
        plain = {name: getattr(self, name) for name in others}
        processors = {"processors_used": round(self.processors, 3)}
        return {"threads": self.threads, **shown, **plain, **processors}


@dataclass(frozen=True, slots=True)
class Cell:
    """A batch size and a number of threads, and what was measured."""

    batch_size: int
    measured: Measured

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"batch_size": self.batch_size, **self.measured.to_dict()}


@dataclass(frozen=True, slots=True)
class Grid:
    """What is varied."""

    batch_sizes: Sequence[int]
    threads: Sequence[int]
    loading: Mapping[str, Any] = field(default_factory=dict)  # the other keywords of ``ner.load``

    def __len__(self) -> int:
        return len(self.batch_sizes) * len(self.threads)


def benchmark(model: str, texts: Sequence[str], grid: Grid, plan: Plan) -> Iterator[Cell]:
    """The cells of a model, one by one, each measured in processes of its own.

    Raises:
        NerError: the model cannot be loaded, or a process ended.
    """
    for threads in grid.threads:
        for size in grid.batch_sizes:
            subject = Subject.model(model, batch_characters=size, **grid.loading)
            yield Cell(size, measure(subject, texts, plan, threads=threads))


def measure(subject: Subject, texts: Sequence[str], plan: Plan, *, threads: int) -> Measured:
    """The figures of a subject; the process that answers first for the last time goes on.

    Raises:
        NerError: it cannot be loaded, or a process ended.
    """
    line = next(text for text in texts if text.strip())
    starts = min(STARTS, plan.repeats)
    answers, loads = [], []
    for start in range(starts):
        with Worker(subject.command, threads=threads) as worker:
            answered, loaded = started(worker, subject, line)
            answers.append(answered)
            loads.append(loaded)
            if start == starts - 1:
                got = worker.ask("measure", texts=texts, seconds=plan.seconds, repeats=plan.repeats)
    speeds = [got["characters"] / seconds for seconds in got["seconds"]]
    return Measured(
        threads,
        interval(speeds),
        interval(answers),
        interval(loads),
        processors=sum(got["processor_seconds"]) / sum(got["seconds"]),
        **{name: got[name] for name in ("peak_bytes", "characters", "texts", "entities")},
    )


def started(worker: Worker, subject: Subject, line: str) -> tuple[float, float]:
    """Seconds from the worker's start to its first answer, and those of its loading."""
    loaded = worker.ask("load", **subject.request)["seconds"]
    worker.ask("tag", texts=[line])
    return time.perf_counter() - worker.began, loaded
