"""``ner evaluate``: how well a model finds the entities of an annotated file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.annotated import From, annotated
from ner.cli.console import (
    Device,
    Encoding,
    Force,
    Json,
    ModelPath,
    PositionDigits,
    output,
    say,
    score_table,
)
from ner.cli.perturb import Train
from ner.cli.robustness import measure, show

if TYPE_CHECKING:
    from ner.evaluation import Scores


def evaluate(
    model: ModelPath,
    file: Annotated[Path, typer.Argument(help="An annotated file.")],
    from_: From = "auto",
    json: Json = False,
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    device: Device = "auto",
    robustness: Annotated[
        bool, typer.Option("--robustness", help="F1 before and after errors in the file, by kind.")
    ] = False,
    kinds: Annotated[
        list[str] | None,
        typer.Option(help="Of errors, as ner perturb --list names them [all]; may be repeated."),
    ] = None,
    train: Train = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the errors.")] = 1,
    chart: Annotated[Path | None, typer.Option(help="Of the robustness, an SVG file.")] = None,
    force: Force = False,
) -> None:
    """Strict entity precision, recall, F1 and support, by label and overall (micro)."""
    if not robustness and (kinds or train or chart):
        raise typer.BadParameter("--kinds, --train and --chart go with --robustness")
    from ner.evaluation import score
    from ner.storage import dumps
    from ner.tagging.loading import load

    tagger = load(model, device=device)
    gold = annotated(file, from_=from_, encoding=encoding, position_digits=position_digits)
    if robustness:
        results = measure(gold, tagger.pipe_documents, kinds or [], seed=seed, train=train)
        show(results, json=json, chart=chart, force=force)
        return
    scores = score(gold, list(tagger.pipe_documents(gold)))
    if scores.unscored:
        say(
            f"{file}: {scores.unscored:,} nested or overlapping entities are left out of the scores"
        )
    with output() as stream:
        print(dumps(scores.to_dict(), indent=2) if json else _table(scores), file=stream)


def _table(scores: Scores) -> str:
    error = scores.calibration_error
    surety = "" if error is None else f"\nexpected calibration error of the scores: {error:.4f}"
    return score_table(scores) + surety
