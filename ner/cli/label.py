"""``ner label``: raw text in, sentences with their entities and a confidence each out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner.cli.console import BatchSize, Device, Encoding, Force, Runtime, output, report, tagging_bar


def label(
    models: Annotated[
        list[Path],
        typer.Option("-m", "--model", help="A model, run or bag folder; several are averaged."),
    ],
    out: Annotated[str, typer.Option("-o", "--output", help="A file, or FOLDER/ for a file each.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="TEXT...", help="Files and folders; - is standard input [-]."),
    ] = None,
    min_score: Annotated[
        float, typer.Option(min=0, max=1, help="Sentences of less confidence are left out.")
    ] = 0.9,
    vote: Annotated[
        bool, typer.Option("--vote", help="The models vote: more than half must agree.")
    ] = False,
    from_: Annotated[
        str, typer.Option("--from", help="auto (by the name's ending), text, jsonl, columns, brat.")
    ] = "auto",
    batch_size: BatchSize = None,
    runtime: Runtime = "auto",
    device: Device = "auto",
    encoding: Encoding = "utf-8",
    force: Force = False,
) -> None:
    """Tag raw text to train on: a line of JSON a sentence, with how sure the model is of it."""
    from ner.formats import Findings, ReadOptions
    from ner.tagging.bag import all_members, load_together
    from ner.tagging.bulk.run import tag_job
    from ner.tagging.files import Request, plan_jobs
    from ner.tagging.labelling import Labeller
    from ner.tagging.loading import Loading, load_model

    request = Request(from_, "jsonl", ReadOptions(encoding=encoding, tagged=False))
    jobs = plan_jobs(paths or [Path("-")], out, request, overwrite=force)
    how = Loading(device, batch_size, runtime=runtime)
    if vote:
        taggers = [load_model(folder, how) for folder in _voters(all_members(models))]
    else:
        taggers = [load_together(models, how)]
    inputs = [path for job in jobs for path in job.inputs]
    with tagging_bar("labelling", inputs) as told, output() as stdout:
        for job in jobs:
            kept = Findings()
            labeller = Labeller(taggers, least=min_score, findings=kept)
            counts = tag_job(job, labeller, request, stdout=stdout, told=told, size=how.block)
            report(counts, job.name)
            report(kept, job.name)


def _voters(folders: list[Path]) -> list[Path]:
    if len(folders) < 2:
        why = f"got {len(folders)} model, expected two or more: -m A -m B, or a bag"
        raise typer.BadParameter(why, param_hint="--vote")
    return folders
