"""``ner evaluate``: how well a model finds the entities of an annotated file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.annotated import From, annotated
from ner.cli.console import (
    Device,
    Encoding,
    Json,
    ModelPath,
    PositionDigits,
    output,
    say,
    score_table,
)

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
) -> None:
    """Strict entity precision, recall, F1 and support, by label and overall (micro)."""
    from ner.evaluation import score
    from ner.storage import dumps
    from ner.tagging.loading import load

    tagger = load(model, device=device)
    gold = annotated(file, from_=from_, encoding=encoding, position_digits=position_digits)
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
