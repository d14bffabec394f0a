"""``ner pretrain``: a transformer and raw text in, the transformer trained on it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import (
    Device,
    Encoding,
    Force,
    output,
    progress_bar,
    reading_bar,
    report,
    say,
)
from ner.cli.table import aligned
from ner.cli.values import checked, input_format, usage

if TYPE_CHECKING:
    from ner.formats.raw import Inputs
    from ner.pretraining.blocks import Numbers
    from ner.pretraining.plan import Plan
    from ner.pretraining.progress import Look, Progress
    from ner.pretraining.run import Pretraining
    from ner.pretraining.source import Filler


Texts = Annotated[
    list[Path],
    typer.Argument(metavar="TEXT...", help="Files (.gz, .bz2, .xz too), folders; - is stdin."),
]
Out = Annotated[Path, typer.Option("-o", "--output", help="A folder for the transformer.")]
Transformer = Annotated[
    str, typer.Option(metavar="PATH", help="Its folder, or its name on the hub.")
]
Minutes = Annotated[
    float | None, typer.Option(min=0.01, help="Of training, at most; the rate is 0 by then.")
]
Masked = Annotated[
    float, typer.Option(min=0.01, max=0.9, help="The share of pieces to be filled in.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of all that is drawn.")]
Precision = Annotated[str, typer.Option(help="auto, no or bf16; auto is bf16 on a GPU with it.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that was ended.")]
From = Annotated[
    str,
    typer.Option(
        "--from",
        callback=checked(input_format),
        help="auto (by the name's ending), text, jsonl, columns …",
    ),
]


def pretrain(
    texts: Texts,
    out: Out,
    transformer: Transformer,
    epochs: Annotated[int, typer.Option(min=1, help="How often the text is gone through.")] = 1,
    minutes: Minutes = None,
    length: Annotated[int, typer.Option(help="Pieces of a block; 512 at most.")] = 128,
    batch: Annotated[int, typer.Option(min=1, help="Pieces of a step.")] = 16_384,
    learning_rate: Annotated[float, typer.Option(min=0, help="The highest one.")] = 1e-4,
    masked: Masked = 0.15,
    seed: Seed = 1,
    mixed_precision: Precision = "auto",
    device: Device = "auto",
    from_: From = "auto",
    encoding: Encoding = "utf-8",
    resume: Resume = False,
    force: Force = False,
) -> None:
    """Train a transformer on, on raw text of your field, by filling in masked pieces."""
    from ner.errors import choose
    from ner.formats import ReadOptions
    from ner.formats.raw import Inputs
    from ner.pretraining.plan import Plan
    from ner.pretraining.progress import kept
    from ner.pretraining.run import Pretraining, about
    from ner.pretraining.source import load
    from ner.storage import part_of, whole_folder

    with usage("--mixed-precision"):
        choose(mixed_precision, dict.fromkeys(("auto", "no", "bf16")), kind="precision")
    part = part_of(out)
    if _finished(out, part, resume=resume, force=force):
        return
    plan = Plan(length, batch, epochs, minutes, learning_rate, masked=masked, seed=seed)
    inputs = Inputs(texts, from_, ReadOptions(encoding=encoding, tagged=False))
    inputs.files()  # are there, before a transformer is loaded
    filler = load(transformer, seed=seed)
    if filler.new:
        say(f"{filler.name}: its head is new: it begins at random, at {plan.new_rate:g} × the rate")
    run = Pretraining(filler, plan, device=device, mixed_precision=mixed_precision)
    with kept(part, say), whole_folder(out) as folder:
        with _blocks(inputs, filler, plan) as blocks:
            looks = _looks(run, blocks, _beginning(run, blocks, part, resume=resume), part)
        run.save(folder, about(inputs, filler, plan, looks))
    _tell(looks)


def _finished(out: Path, part: Path, *, resume: bool, force: bool) -> bool:
    """Makes sure that nothing is lost; tells whether there is nothing left to go on with."""
    from ner.pretraining.progress import refuse_left

    if resume and force:
        why = "it goes on with a run, --force begins anew: expected one of them"
        raise typer.BadParameter(why, param_hint="--resume")
    if resume and not part.exists() and (out / "config.json").is_file():
        say(f"{out}: is there already: no run to go on with")
        return True
    _refuse(out, force=force or resume)
    if not force and not resume:
        refuse_left(part)
    return False


def _beginning(run: Pretraining, blocks: Numbers, part: Path, *, resume: bool) -> Progress:
    """Where the run begins: at its start, or where one was ended."""
    from ner.pretraining.progress import Progress, resumed

    what = run.what(blocks)
    if not resume or not part.exists():
        part.unlink(missing_ok=True)
        return Progress(what=what)
    progress = resumed(part, what)
    run.restore(part)
    say(f"{part}: goes on behind step {progress.step:,}")
    return progress


def _refuse(out: Path, *, force: bool) -> None:
    """What must not be overwritten."""
    from ner.errors import CorpusError

    if out.is_dir() and any(out.iterdir()):
        if not force:
            raise CorpusError("is there already; --force overwrites it", path=out)
        if not (out / "config.json").is_file():
            raise CorpusError("is no folder of a transformer; it is not overwritten", path=out)
    elif out.exists() and not out.is_dir():
        raise CorpusError("is a file; the output is a folder", path=out)


@contextmanager
def _blocks(inputs: Inputs, filler: Filler, plan: Plan) -> Iterator[Numbers]:
    """The blocks, kept in a temporary folder; what reading repaired is said."""
    from ner.formats import Findings
    from ner.pretraining.run import blocks_of
    from ner.storage import temporary_folder

    findings = Findings()
    with temporary_folder("pretraining") as folder:
        with reading_bar(inputs.paths) as watch:
            watched = replace(inputs, options=replace(inputs.options, watch=watch))
            blocks = blocks_of(watched, filler, plan, findings, folder / "blocks")
        report(findings.repairs, inputs.name)
        say(f"{len(blocks):,} blocks of {plan.length} pieces")
        yield blocks


def _looks(run: Pretraining, blocks: Numbers, progress: Progress, part: Path) -> list[Look]:
    """The looks at a run, each said as it is made; with a bar on a terminal."""
    found = list(progress.looks)
    with progress_bar("{task.description}", "{task.percentage:>3.0f} %") as bar:
        task = bar.add_task("pretraining", total=1.0) if bar else None

        def told(passed: float) -> None:
            if bar is not None and task is not None:
                bar.update(task, completed=passed)

        for look in run.run(blocks, told, progress, part):
            found.append(look)
            say(_line(look))
    return found


def _line(look: Look) -> str:
    shown = f"{look.passed:4.0%}  step {look.step:,}  loss {look.loss:.3f}  {_right(look)} right"
    if not look.step:
        return shown
    return f"{shown}  {look.pieces / max(look.seconds, 1e-9):,.0f} pieces/s"


def _right(look: Look) -> str:
    return f"{100 * look.right:.2f} %"


def _tell(looks: list[Look]) -> None:
    """How well it filled in what it was not trained on, before and after."""
    rows = [["", "steps", "pieces", "loss", "right", "seconds"]]
    for name, look in (("before", looks[0]), ("after", looks[-1])):
        shown = [f"{look.step:,}", f"{look.pieces:,}", f"{look.loss:.3f}", _right(look)]
        rows.append([name, *shown, f"{look.seconds:.1f}"])
    with output() as stream:
        print(aligned(rows), file=stream)
