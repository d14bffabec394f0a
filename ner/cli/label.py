"""``ner label``: raw text in, sentences with their entities and a confidence each out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import BatchSize, Device, Encoding, Force, Runtime, output, report, tagging_bar

if TYPE_CHECKING:
    from ner.tagging.files import Job
    from ner.tagging.labelling import Softening
    from ner.tagging.tagger import Tagger


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
    soft: Annotated[
        bool, typer.Option("--soft", help="Write the probabilities of all tags, too, beside it.")
    ] = False,
    temperature: Annotated[
        float, typer.Option(help="Of --soft: scores are divided by it; above 1 is less sure.")
    ] = 1.0,
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

    _refuse(out, soft=soft, vote=vote, temperature=temperature)
    request = Request(from_, "jsonl", ReadOptions(encoding=encoding, tagged=False))
    jobs = plan_jobs(paths or [Path("-")], out, request, overwrite=force)
    if soft and not force:
        _refuse_there(jobs)
    how = Loading(device, batch_size, runtime=runtime)
    if vote:
        taggers = [load_model(folder, how) for folder in _voters(all_members(models))]
    else:
        taggers = [load_together(models, how)]
    inputs = [path for job in jobs for path in job.inputs]
    with tagging_bar("labelling", inputs) as told, output() as stdout:
        for job in jobs:
            kept = Findings()
            with _softened(job, taggers[0], temperature) if soft else nullcontext() as softening:
                labeller = Labeller(taggers, least=min_score, findings=kept, softening=softening)
                counts = tag_job(job, labeller, request, stdout=stdout, told=told, size=how.block)
            report(counts, job.name)
            report(kept, job.name)


def _refuse(out: str, *, soft: bool, vote: bool, temperature: float) -> None:
    if not temperature > 0:
        raise typer.BadParameter(
            f"got {temperature:g}, expected over 0", param_hint="--temperature"
        )
    if soft and out == "-":
        raise typer.BadParameter("needs -o FILE, to write beside it", param_hint="--soft")
    if soft and vote:
        why = "votes have no probabilities of tags; without --vote the models are averaged"
        raise typer.BadParameter(why, param_hint="--soft, --vote")


def _refuse_there(jobs: Sequence[Job]) -> None:
    from ner.errors import CorpusError
    from ner.features.soft_file import soft_path

    for job in jobs:
        assert job.output
        path = soft_path(job.output)
        if path.exists():
            raise CorpusError("is there already; --force overwrites it", path=path)


@contextmanager
def _softened(job: Job, tagger: Tagger, temperature: float) -> Iterator[Softening]:
    """Where a job's soft targets go; their file is there once the block ends."""
    from ner.features.soft_file import About, soft_path, soft_writer
    from ner.tagging.labelling import Softening
    from ner.tagging.spans import LEAST
    from ner.tags import scheme_of

    assert job.output
    about = About(tagger.tags, scheme_of(tagger.tags), temperature, LEAST)
    with soft_writer(soft_path(job.output), about) as writer:
        yield Softening(writer.add, temperature)


def _voters(folders: list[Path]) -> list[Path]:
    if len(folders) < 2:
        why = f"got {len(folders)} model, expected two or more: -m A -m B, or a bag"
        raise typer.BadParameter(why, param_hint="--vote")
    return folders
