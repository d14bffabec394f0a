"""``ner predict``: files and folders of text in, their entities out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner.cli.console import (
    Device,
    Encoding,
    Force,
    PositionDigits,
    Runtime,
    output,
    report,
    tagging_bar,
)
from ner.cli.dictionary import Patterns, Words, tell_new_labels

MinScore = Annotated[
    float, typer.Option(min=0, max=1, help="Leave out entities of a lower score, 0 to 1.")
]
NBest = Annotated[
    int,
    typer.Option(min=0, max=100, help="So many readings of each text, in the field alternatives."),
]
Window = Annotated[
    int | None,
    typer.Option(min=16, help="Characters of a long text that are seen at once [the model's]."),
]
Models = Annotated[
    list[Path],
    typer.Option("-m", "--model", help="A model, run or bag folder; several are averaged."),
]


def predict(
    models: Models,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; - is standard input [-].")
    ] = None,
    from_: Annotated[
        str, typer.Option("--from", help="auto (by the name's ending), text, jsonl, columns, brat.")
    ] = "auto",
    to: Annotated[str, typer.Option("--to", help="jsonl or columns.")] = "jsonl",
    out: Annotated[
        str | None,
        typer.Option("-o", "--output", help="A file, or FOLDER/ for a file each [stdout]."),
    ] = None,
    batch_size: Annotated[
        int, typer.Option(min=1, help="Characters that are computed at once.")
    ] = 4096,
    window: Window = None,
    dictionary: Words = None,
    patterns: Patterns = None,
    runtime: Runtime = "auto",
    min_score: MinScore = 0.0,
    n_best: NBest = 0,
    device: Device = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Tag texts: a line in, a line of JSON out, with exact character offsets and confidences."""
    from ner.formats import Findings, ReadOptions
    from ner.tagging.answers import Answers
    from ner.tagging.bag import load_together
    from ner.tagging.dictionary import Dictionary
    from ner.tagging.files import Request, plan_jobs, tag_job
    from ner.tagging.loading import Loading

    if n_best and to != "jsonl":
        raise typer.BadParameter(f"--n-best: only --to jsonl holds alternatives, got {to}")
    options = ReadOptions(encoding=encoding, position_digits=position_digits, tagged=False)
    request = Request(from_=from_, to=to, options=options)
    jobs = plan_jobs(paths or [Path("-")], out, request, force=force)
    obeyed = Dictionary.named(dictionary or (), patterns or ())
    told = Findings()
    how = Loading(device, batch_size, window, runtime=runtime, dictionary=obeyed)
    tagger = load_together(models, how)
    tell_new_labels(tagger)
    answers = Answers(tagger, least=min_score, count=n_best, findings=told)
    with tagging_bar("tagging") as advance, output() as stdout:
        for job in jobs:
            report(tag_job(job, answers, request, stdout=stdout, advance=advance), job.name)
    report(told, "results")
