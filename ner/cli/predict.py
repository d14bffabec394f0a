"""``ner predict``: files and folders of text in, their entities out."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import (
    BatchSize,
    Device,
    Encoding,
    Force,
    PositionDigits,
    Runtime,
    To,
    output,
    report,
    say,
    tagging_bar,
)
from ner.cli.dictionary import Patterns, Words, named, tell_new_labels
from ner.cli.values import checked, input_format

if TYPE_CHECKING:
    from ner.tagging.bulk.blocks import Block
    from ner.tagging.bulk.resumption import Course, Order
    from ner.tagging.bulk.run import Tagged

FEW = 50_000  # characters that are tagged before other processes have loaded the model


Models = Annotated[
    list[Path] | None,
    typer.Option(
        "-m",
        "--model",
        help="A model, run or bag folder, or a name; several are averaged [the shipped one].",
    ),
]
Paths = Annotated[
    list[Path] | None, typer.Argument(help="Files and folders; - is standard input [-].")
]
From = Annotated[
    str,
    typer.Option(
        "--from",
        callback=checked(input_format),
        help="auto (by the name's ending), text, jsonl, columns, brat.",
    ),
]
Out = Annotated[
    str | None, typer.Option("-o", "--output", help="A file, or FOLDER/ for a file each [stdout].")
]
Window = Annotated[
    int | None,
    typer.Option(min=16, help="Characters of a long text that are seen at once [the model's]."),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes that tag; 1: this one alone [one a core, at most 16]."),
]
MinScore = Annotated[
    float, typer.Option(min=0, max=1, help="Leave out entities of a lower score, 0 to 1.")
]
NBest = Annotated[
    int,
    typer.Option(min=0, max=100, help="So many readings of each text, in the field alternatives."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with a run that was killed; files to files.")
]


def predict(
    paths: Paths = None,
    models: Models = None,
    from_: From = "auto",
    to: To = "jsonl",
    out: Out = None,
    batch_size: BatchSize = None,
    window: Window = None,
    min_score: MinScore = 0.0,
    n_best: NBest = 0,
    dictionary: Words = None,
    patterns: Patterns = None,
    runtime: Runtime = "auto",
    workers: Workers = None,
    device: Device = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    resume: Resume = False,
    force: Force = False,
) -> None:
    """Tag texts: a line in, a line of JSON out, with exact character offsets and confidences."""
    from ner.formats import ReadOptions
    from ner.model.catalogue import locate
    from ner.tagging.bulk.resumption import Order, course, journal_of
    from ner.tagging.files import Request, plan_jobs
    from ner.tagging.loading import Loading

    _refuse_resuming(out, resume=resume, force=force)
    if n_best and to != "jsonl":
        raise typer.BadParameter(f"--n-best: only --to jsonl holds alternatives, got {to}")
    options = ReadOptions(encoding=encoding, position_digits=position_digits, tagged=False)
    request = Request(from_=from_, to=to, options=options)
    jobs = plan_jobs(paths or [Path("-")], out, request, overwrite=force or resume)
    journal = journal_of(jobs, out, resume=resume)
    obeyed = named(dictionary, patterns)
    how = Loading(
        device, batch_size, window, runtime=runtime, alternatives=n_best, dictionary=obeyed
    )
    folders = [locate(one) for one in models or (None,)]
    tell_new_labels(obeyed, folders)
    order = Order(tuple(jobs), tuple(folders), how, request, min_score)
    with output() as stdout:
        way = course(order, journal=journal, stdout=stdout, resume=resume, force=force)
        with way.kept(say):
            _run(way, order, workers)


def _refuse_resuming(out: str | None, *, resume: bool, force: bool) -> None:
    if resume and out in (None, "-"):
        why = "standard output cannot be gone on with; expected -o FILE or -o FOLDER/"
        raise typer.BadParameter(why, param_hint="--resume")
    if resume and force:
        why = "it goes on with a run, --force begins anew: expected one of them"
        raise typer.BadParameter(why, param_hint="--resume")


def _run(way: Course, order: Order, workers: int | None) -> None:
    """Does what is left to do."""
    from ner.tagging.bulk.answers import Answers
    from ner.tagging.bulk.blocks import BlockReader
    from ner.tagging.bulk.run import written

    for path in way.finished:
        say(f"{path}: is there already, left as it is")
    reader = BlockReader(way.jobs, order.request, size=order.loading.block)
    inputs = [path for job in way.jobs for path in job.inputs]
    blocks = reader.blocks(way.begun.job, way.begun.position)
    answers = Answers(least=order.least, alternatives=order.loading.alternatives)
    with (
        tagging_bar("tagging", inputs) as told,
        closing(_tagged(blocks, order, workers)) as results,
    ):
        said = answers.told(results)
        for job, counts in written(way.jobs, said, way.outputs, order.request.to, told):
            report(counts, job.name)
    report(answers.findings, "results")


def _tagged(
    blocks: Iterator[Block], order: Order, workers: int | None
) -> Generator[Tagged, None, None]:
    """The blocks' results, by this process if they are few or ``workers`` is 1."""
    from ner.tagging.bulk.pool import Pool
    from ner.tagging.bulk.run import first_of, looked_ahead
    from ner.tagging.cores import cores

    count = workers or cores()
    many = count > 1
    if many and all(path.is_file() for job in order.jobs for path in job.inputs):
        blocks, many = looked_ahead(blocks, FEW)
    elif many:  # what comes by and by is answered by and by, so nothing is read ahead
        yield from _alone(first_of(blocks, FEW), order)
    if not many:
        yield from _alone(blocks, order)
        return
    with Pool(order.models, workers=count, loading=order.loading) as pool:
        yield from pool.tagged(blocks)


def _alone(blocks: Iterator[Block], order: Order) -> Iterator[Tagged]:
    """The blocks' results by this process, in one thread as in a worker, so to the same bytes."""
    from ner.tagging.bulk.answers import tagger_of
    from ner.tagging.bulk.run import Alone

    os.environ.setdefault("OMP_NUM_THREADS", "1")
    yield from Alone(tagger_of(order.models, order.loading)).tagged(blocks)
