"""What the verbs share: options, tables, progress, and remarks on stderr."""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from ner.cli.table import aligned

if TYPE_CHECKING:
    from rich.progress import Progress

    from ner.evaluation import Score, Scores

Runtime = Annotated[str, typer.Option(help="onnx, what ner export made, on a CPU; torch; or auto.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 or mps.")]
Encoding = Annotated[str, typer.Option(help="Of the files; gb18030 reads GBK and GB2312 too.")]
PositionDigits = Annotated[
    bool | None, typer.Option(help="Columns whose characters carry digits: 科0 技1 [told].")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A model folder or a run folder.")]


def say(message: str) -> None:
    """A remark on stderr."""
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
def tagging_bar(name: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, to be told the characters that are read of texts of unknown length."""
    with progress_bar("{task.description}", "{task.fields[done]:,} characters") as bar:
        if bar is None:
            yield lambda characters: None
            return
        task = bar.add_task(name, total=None, done=0)

        def advance(characters: int) -> None:
            bar.update(task, done=bar.tasks[0].fields["done"] + characters)

        yield advance


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
