"""``ner predict``: files and folders of text in, their entities out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner.cli.console import Device, Encoding, Force, PositionDigits, output, report, tagging_bar
from ner.cli.dictionary import Patterns, Words, tell_new_labels


def predict(
    models: Annotated[
        list[Path],
        typer.Option("-m", "--model", help="A model, run or bag folder; several are averaged."),
    ],
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
    window: Annotated[
        int | None,
        typer.Option(min=16, help="Characters of a long text that are seen at once [the model's]."),
    ] = None,
    dictionary: Words = None,
    patterns: Patterns = None,
    device: Device = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Tag texts: a line in, a line of JSON out, with exact character offsets and confidences."""
    from ner.formats import ReadOptions
    from ner.tagging.bag import load_together
    from ner.tagging.dictionary import Dictionary
    from ner.tagging.files import Request, plan_jobs, tag_job
    from ner.tagging.tagger import Loading

    options = ReadOptions(encoding=encoding, position_digits=position_digits, tagged=False)
    request = Request(from_=from_, to=to, options=options)
    jobs = plan_jobs(paths or [Path("-")], out, request, force=force)
    obeyed = Dictionary.named(dictionary or (), patterns or ())
    tagger = load_together(models, Loading(device, batch_size, window, obeyed))
    tell_new_labels(tagger)
    with tagging_bar("tagging") as advance, output() as stdout:
        for job in jobs:
            report(tag_job(job, tagger, request, stdout=stdout, advance=advance), job.name)
