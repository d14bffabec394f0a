"""``ner benchmark``: how fast a model tags, how soon it answers, and how much memory it takes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ner.cli.console import (
    Device,
    Encoding,
    Json,
    OptionalModel,
    Runtime,
    output,
    progress_bar,
    say,
)
from ner.cli.table import aligned

if TYPE_CHECKING:
    from ner.benchmark.cells import Cell, Grid, Plan
    from ner.benchmark.interval import Interval

HEADER = ("batch", "threads", "characters/s", "95 % interval", "first answer, s", "peak, MiB")


def benchmark(
    model: OptionalModel = None,
    text: Annotated[
        Path | None, typer.Argument(help="A file of text or of a corpus [sentences in the box].")
    ] = None,
    batch_size: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Characters that are computed at once; repeatable [4096]."),
    ] = None,
    threads: Annotated[
        list[int] | None, typer.Option(min=1, help="Repeatable [1, and as many as cores].")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Passes that are timed.")] = 7,
    seconds: Annotated[float, typer.Option(min=0.01, help="Of a pass, about.")] = 1.0,
    encoding: Encoding = "utf-8",
    json: Json = False,
    runtime: Runtime = "auto",
    device: Device = "auto",
) -> None:
    """Characters a second from text to entities, time to the first answer, peak of memory."""
    from ner.benchmark import machine
    from ner.benchmark.cells import Grid, Plan
    from ner.benchmark.texts import BUILT_IN, built_in, texts_of
    from ner.model.catalogue import locate

    folder = locate(model)
    texts = texts_of(text, encoding=encoding) if text else built_in()
    grid = Grid(
        batch_size or [4096],
        threads or _usual(machine.cores()),
        {"device": device, "runtime": runtime},
    )
    plan = Plan(repeats, seconds)
    cells = _measured(folder, texts, grid, plan)
    source = str(text) if text else BUILT_IN
    about = {"source": source, "texts": len(texts), "characters": sum(map(len, texts))}
    facts = machine.facts()
    if json:
        _print_json({"machine": facts, "model": str(folder), "text": about}, grid, cells)
        return
    _print_table(cells)
    named = " ".join(f"{name} {number}" for name, number in facts["versions"].items())
    say(f"{facts['processor']}, {facts['cores']} cores, {facts['system']}, {named}")
    say(f"Python {facts['python']}; {_described(source, cells)}")


def _usual(cores: int) -> list[int]:
    return [1] if cores == 1 else [1, cores]


def _measured(model: Path, texts: Sequence[str], grid: Grid, plan: Plan) -> list[Cell]:
    from ner.benchmark.cells import benchmark as measured

    cells = []
    with progress_bar("{task.description}", "{task.completed} of {task.total} cells") as bar:
        task = bar.add_task("measuring", total=len(grid)) if bar else None
        for cell in measured(str(model), texts, grid, plan):
            cells.append(cell)
            if bar and task is not None:
                bar.advance(task)
    return cells


def _print_json(about: dict[str, Any], grid: Grid, cells: Iterable[Cell]) -> None:
    from ner.storage import dumps

    measured = [cell.to_dict() for cell in cells]
    method = "median; order statistics, each with its coverage"
    about |= {"loading": dict(grid.loading), "interval": method, "cells": measured}
    with output() as stream:
        print(dumps(about, indent=2), file=stream)


def _print_table(cells: Sequence[Cell]) -> None:
    """A Rich table on a terminal, aligned text elsewhere."""
    rows = [_row(cell) for cell in cells]
    if not _on_terminal():
        with output() as stream:
            print(aligned([HEADER, *rows]), file=stream)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in HEADER:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _row(cell: Cell) -> tuple[str, ...]:
    measured = cell.measured
    speed, peak = measured.characters_per_second, measured.peak_bytes
    return (
        f"{cell.batch_size:,}",
        str(measured.threads),
        f"{speed.median:,.0f}",
        _ends(speed),
        f"{measured.first_answer_seconds.median:.2f}",
        "–" if peak is None else f"{peak / 2**20:,.0f}",
    )


def _ends(speed: Interval) -> str:
    from ner.benchmark.interval import WANTED

    shown = f"{speed.low:,.0f} – {speed.high:,.0f}"
    return shown if speed.coverage >= WANTED else f"{shown} ({100 * speed.coverage:.0f} %)"


def _described(source: str, cells: Sequence[Cell]) -> str:
    first = cells[0].measured
    passes = len(first.characters_per_second.values)
    held = f"{first.characters:,} characters, {first.entities:,} entities"
    return f"text: {source}; medians of {passes} passes ({held} in the first cell's)"
