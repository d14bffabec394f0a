"""What the verbs share: options, tables, progress, and remarks on stderr."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from ner.cli.table import aligned
from ner.cli.values import checked, device, encoding, input_format, output_format, runtime

if TYPE_CHECKING:
    from rich.progress import Progress

    from ner.evaluation import Score, Scores

BatchSize = Annotated[
    int | None,
    typer.Option(min=1, help="Characters that are computed at once [best for the runtime]."),
]
Runtime = Annotated[
    str,
    typer.Option(
        callback=checked(runtime), help="onnx, what ner export made, on a CPU; torch; or auto."
    ),
]
Device = Annotated[
    str, typer.Option(callback=checked(device), help="auto, cpu, cuda, cuda:1 or mps.")
]
Encoding = Annotated[
    str,
    typer.Option(
        callback=checked(encoding), help="Of the files; gb18030 reads GBK and GB2312 too."
    ),
]
From = Annotated[
    str, typer.Option("--from", callback=checked(input_format), help="auto, or a format.")
]
To = Annotated[
    str,
    typer.Option("--to", callback=checked(output_format), help="The format that is written."),
]
PositionDigits = Annotated[
    bool | None, typer.Option(help="Columns whose characters carry digits: 科0 技1 [told].")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A model folder or a run folder.")]
OptionalModel = Annotated[
    Path | None,
    typer.Argument(metavar="[MODEL]", help="A model or run folder, or a name [the shipped one]."),
]


def say(message: str) -> None:
    """A remark on stderr; where it cannot be said, the work goes on without it."""
    with suppress(OSError):
        print(message, file=sys.stderr, flush=True)


def report(counts: Counter[str], place: str) -> None:
    """What a reader or writer repaired or lost."""
    for kind, count in (+counts).items():
        say(f"{place}: {count:,} {kind}")


@contextmanager
def output() -> Iterator[TextIO]:
    """Standard output in UTF-8; a reader that closes the pipe ends the program quietly."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed", "standard output")
    stream = open(  # noqa: SIM115  it outlives the block if the pipe is closed
        sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False
    )
    try:
        try:
            yield stream
        finally:
            stream.flush()  # what came before an error is not lost
    except BrokenPipeError:
        silence_stdout()
        raise typer.Exit(0) from None
    except OSError as error:
        if error.filename is None:
            silence_stdout()
            raise OSError(error.errno, error.strerror, "standard output") from error
        raise


def silence_stdout() -> None:
    """Lets what is still buffered go nowhere, so that closing it raises nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def score_table(scores: Scores) -> str:
    """Percentages by label and over all, as aligned text."""
    rows = [("label", "precision", "recall", "F1", "support")]
    rows += [_row(label, score) for label, score in scores.labels.items()]
    rows.append(_row("all (micro)", scores.overall))
    return aligned(rows)


def _row(name: str, score: Score) -> tuple[str, str, str, str, str]:
    figures = (f"{100 * value:.2f}" for value in (score.precision, score.recall, score.f1))
    precision, recall, f1 = figures
    return name, precision, recall, f1, f"{score.support:,}"


@contextmanager
def reading_bar(inputs: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, to be told the bytes that are read of these files and folders."""
    with progress_bar(
        "{task.description}", "{task.percentage:>3.0f} %", "{task.fields[rate]}"
    ) as bar:
        if bar is None:
            yield lambda size: None
            return
        task = bar.add_task("reading", total=bytes_of(inputs), rate="")

        def watch(size: int) -> None:
            bar.advance(task, size)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed / 1e6:.1f} MB/s" if speed else "")

        yield watch


def bytes_of(inputs: Sequence[Path]) -> int:
    """How large these files, and all files in these folders, are together."""
    return sum(file.stat().st_size for path in inputs for file in _files(path))


@contextmanager
def tagging_bar(name: str, inputs: Sequence[Path]) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, to be told the characters that are done and how far the inputs are.

    How long it takes is told where the inputs are files.
    """
    with progress_bar("{task.description}", "{task.fields[shown]}") as bar:
        if bar is None:
            yield lambda characters, read: None
            return
        known = all(path.is_file() for path in inputs)
        total = sum(path.stat().st_size for path in inputs) if known else None
        task = bar.add_task(name, total=total, shown="")
        pace = Pace(total, time.monotonic())

        def told(characters: int, read: int) -> None:
            pace.told(characters, read)
            bar.update(task, completed=read, shown=pace.shown(time.monotonic()))

        yield told


class Pace:
    """How fast a run is, and how long it still takes.

    Args:
        total: bytes of its inputs, if that is known.
        begun: seconds, by any clock.
    """

    def __init__(self, total: int | None, begun: float) -> None:
        self._total = total
        self._begun = begun
        self._characters = 0
        self._read = 0
        self._before: int | None = None  # bytes up to the first block's end: they may be old

    def told(self, characters: int, read: int) -> None:
        """Another block is done: its characters, and the bytes that are read up to its end."""
        self._characters += characters
        self._read = read
        self._before = read if self._before is None else self._before

    def shown(self, now: float) -> str:
        """Characters, their rate, and the time that is left."""
        seconds = max(now - self._begun, 1e-9)
        shown = f"{self._characters:,} characters, {self._characters / seconds:,.0f}/s"
        news = self._read - (self._before or 0)
        if self._total is None or not news:
            return shown
        left = max(self._total - self._read, 0) * seconds / news
        minutes, rest = divmod(round(left), 60)
        return f"{shown}, {self._read / self._total:.0%}, {minutes}:{rest:02d} left"


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file()]
    return [path] if path.is_file() else []


@contextmanager
def progress_bar(*columns: str) -> Iterator[Progress | None]:
    """A Rich progress display on stderr if that is a terminal, else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    shown = [TextColumn(column) for column in columns]
    console = Console(stderr=True)
    with Progress(*shown, BarColumn(), TimeElapsedColumn(), console=console, transient=True) as bar:
        yield bar
