"""``ner pretrain``: a transformer and raw text in, the transformer trained on it out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Device, Encoding, Force, output, progress_bar, report, say
from ner.cli.table import aligned

if TYPE_CHECKING:
    from ner.pretraining.run import Look


def pretrain(
    texts: Annotated[
        list[Path],
        typer.Argument(metavar="TEXT...", help="Files (.gz, .bz2, .xz too), folders; - is stdin."),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="A folder for the transformer.")],
    transformer: Annotated[
        str, typer.Option(metavar="PATH", help="Its folder, or its name on the hub.")
    ],
    epochs: Annotated[int, typer.Option(min=1, help="How often the text is gone through.")] = 1,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="It ends by then, if not before.")
    ] = None,
    length: Annotated[int, typer.Option(help="Pieces of a block.")] = 128,
    batch: Annotated[int, typer.Option(min=1, help="Pieces of a step.")] = 16_384,
    learning_rate: Annotated[float, typer.Option(min=0, help="The highest one.")] = 1e-4,
    masked: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="The share of pieces to be filled in.")
    ] = 0.15,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of all that is drawn.")] = 1,
    mixed_precision: Annotated[
        str, typer.Option(help="auto, no or bf16; auto is bf16 on a GPU that has it.")
    ] = "auto",
    device: Device = "auto",
    from_: Annotated[
        str, typer.Option("--from", help="auto (by the name's ending), text, jsonl, columns …")
    ] = "auto",
    encoding: Encoding = "utf-8",
    force: Force = False,
) -> None:
    """Train a transformer on, on raw text of your field, by filling in masked pieces."""
    from ner.errors import CorpusError, choose
    from ner.formats import Findings, ReadOptions
    from ner.formats.raw import Inputs
    from ner.pretraining.plan import Plan
    from ner.pretraining.run import Pretraining, about, blocks_of
    from ner.pretraining.source import load

    choose(mixed_precision, dict.fromkeys(("auto", "no", "bf16")), kind="precision")
    if out.exists() and not (force and out.is_dir()):
        raise CorpusError("is there already; --force overwrites a folder", path=out)
    plan = Plan(
        length=length,
        batch=batch,
        epochs=epochs,
        minutes=minutes,
        rate=learning_rate,
        masked=masked,
        seed=seed,
    )
    inputs = Inputs(texts, from_, ReadOptions(encoding=encoding, tagged=False))
    findings = Findings()
    filler = load(transformer)
    with blocks_of(inputs, filler, plan, findings) as blocks:
        report(findings, inputs.name)
        say(f"{len(blocks):,} blocks of {length} pieces")
        run = Pretraining(filler, plan, device=device, mixed_precision=mixed_precision)
        with progress_bar("{task.description}", "{task.percentage:>3.0f} %") as bar:
            task = bar.add_task("pretraining", total=1.0) if bar else None

            def told(passed: float) -> None:
                if bar is not None and task is not None:
                    bar.update(task, completed=passed)

            looks = []
            for look in run.run(blocks, told):
                looks.append(look)
                say(_line(look))
    run.save(out, about(inputs, transformer, plan, looks[-1]))
    _tell(looks)


def _line(look: Look) -> str:
    rate = look.pieces / max(look.seconds, 1e-9)
    return (
        f"{look.passed:4.0%}  step {look.step:,}  loss {look.loss:.3f}  "
        f"right {100 * look.right:.2f} %  {rate:,.0f} pieces/s"
    )


def _tell(looks: list[Look]) -> None:
    rows = [["steps", "pieces", "loss", "right", "seconds"]]
    last = looks[-1]
    shown = [f"{last.step:,}", f"{last.pieces:,}", f"{last.loss:.3f}"]
    rows.append([*shown, f"{100 * last.right:.2f} %", f"{last.seconds:.1f}"])
    with output() as stream:
        print(aligned(rows), file=stream)
