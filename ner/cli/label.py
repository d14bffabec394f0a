"""``ner label``: raw text in, sentences with their entities and a confidence each out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from ner.cli.console import BatchSize, Device, Encoding, Force, Runtime, output, report, tagging_bar
from ner.cli.predict import From, Models

if TYPE_CHECKING:
    from ner.formats import Findings
    from ner.tagging.bulk.outputs import Plain
    from ner.tagging.files import Job
    from ner.tagging.labelling import Labeller
    from ner.tagging.loading import Loading
    from ner.tagging.tagger import Tagger


def label(
    out: Annotated[str, typer.Option("-o", "--output", help="A file, or FOLDER/ for a file each.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="TEXT...", help="Files and folders; - is standard input [-]."),
    ] = None,
    models: Models = None,
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
    from_: From = "auto",
    batch_size: BatchSize = None,
    runtime: Runtime = "auto",
    device: Device = "auto",
    encoding: Encoding = "utf-8",
    force: Force = False,
) -> None:
    """Tag raw text to train on: a line of JSON a sentence, with how sure the model is of it."""
    from ner.formats import Findings, ReadOptions
    from ner.model.catalogue import locate
    from ner.tagging.bag import load_together
    from ner.tagging.bulk.run import tag_job
    from ner.tagging.files import Request, inputs_of, plan_jobs
    from ner.tagging.loading import Loading

    request = Request(from_, "jsonl", ReadOptions(encoding=encoding, tagged=False))
    jobs = plan_jobs(paths or [Path("-")], out, request, overwrite=force)
    warmth = temperature if soft else None
    _refuse(jobs, vote=vote, temperature=warmth, overwrite=force)
    how = Loading(device, batch_size, runtime=runtime)
    folders = [locate(one) for one in models or (None,)]
    taggers = _voters(folders, how) if vote else [load_together(folders, how)]
    with tagging_bar("labelling", inputs_of(jobs)) as told, output() as stdout:
        outputs = _outputs(stdout, soft=soft)
        for job in jobs:
            kept = Findings()
            with _labeller(job, taggers, kept, least=min_score, temperature=warmth) as labeller:
                counts = tag_job(job, labeller, request, outputs=outputs, told=told, size=how.block)
            report(counts + kept, job.name)


def _refuse(jobs: Sequence[Job], *, vote: bool, temperature: float | None, overwrite: bool) -> None:
    """What soft targets cannot be of, or must not overwrite; with no temperature there are none."""
    from ner.errors import CorpusError
    from ner.features.soft_file import soft_path

    if temperature is None:
        return _refuse_parting(jobs)
    if not temperature > 0:
        raise typer.BadParameter(
            f"got {temperature:g}, expected over 0", param_hint="--temperature"
        )
    if vote:
        why = "votes have no probabilities of tags; without --vote the models are averaged"
        raise typer.BadParameter(why, param_hint="--soft, --vote")
    for job in jobs:
        if job.output is None:
            raise typer.BadParameter("needs -o FILE, to write beside it", param_hint="--soft")
        path = soft_path(job.output)
        if path.exists() and not overwrite:
            raise CorpusError("is there already; --force overwrites it", path=path)


def _refuse_parting(jobs: Sequence[Job]) -> None:
    """Labels must not come to stand beside the soft targets of those that they replace."""
    from ner.errors import CorpusError
    from ner.features.soft_file import soft_path

    for job in jobs:
        if job.output is not None and (path := soft_path(job.output)).exists():
            why = f"they are of other labels than {job.output} would have"
            raise CorpusError(f"{why}: remove them, or give --soft, too", path=path)


def _outputs(stdout: TextIO, *, soft: bool) -> Plain:
    """Where labels go; old soft targets go first, so that none is ever beside other labels."""
    from ner.tagging.bulk.outputs import Plain

    return Plain(stdout, _remove_targets) if soft else Plain(stdout)


def _remove_targets(labelled: Path) -> None:
    from ner.features.soft_file import soft_path

    soft_path(labelled).unlink(missing_ok=True)


@contextmanager
def _labeller(
    job: Job, taggers: list[Tagger], kept: Findings, *, least: float, temperature: float | None
) -> Iterator[Labeller]:
    """What labels a job's texts; with a temperature soft targets are there once the block ends."""
    from ner.features.soft_file import About, soft_path, soft_writer
    from ner.tagging.labelling import Labeller, Softening
    from ner.tagging.spans import LEAST
    from ner.tags import scheme_of

    if temperature is None:
        yield Labeller(taggers, least=least, findings=kept)
        return
    assert job.output
    tags = taggers[0].tags
    about = About(tags, scheme_of(tags), temperature, LEAST)
    with soft_writer(soft_path(job.output), about) as writer:
        softening = Softening(writer.add, temperature)
        yield Labeller(taggers, least=least, findings=kept, softening=softening)


def _voters(models: list[Path], how: Loading) -> list[Tagger]:
    """A tagger for each model, of which there must be two."""
    from ner.tagging.bag import all_members
    from ner.tagging.loading import load_model

    folders = all_members(models)
    if len(folders) < 2:
        why = f"got {len(folders)} model, expected two or more: -m A -m B, or a bag"
        raise typer.BadParameter(why, param_hint="--vote")
    return [load_model(folder, how) for folder in folders]
