"""``ner calibrate``: an annotated set in, scores that come true out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.annotated import annotated
from ner.cli.console import Device, Encoding, From, Json, ModelPath, PositionDigits, output
from ner.cli.table import aligned

if TYPE_CHECKING:
    from ner.tagging.calibrating import Fitted


def calibrate(
    model: ModelPath,
    dev: Annotated[
        Path, typer.Argument(help="An annotated file that is not the test set: dev, say.")
    ],
    threshold: Annotated[
        bool,
        typer.Option("--threshold", help="Fit a score, too, from which on entities are found."),
    ] = False,
    from_: From = "auto",
    json: Json = False,
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    device: Device = "auto",
) -> None:
    """Fit the scores of entities to how often they are right; kept beside the model or bag."""
    from ner.errors import CorpusError
    from ner.model.catalogue import locate
    from ner.storage import dumps
    from ner.tagging.calibrating import FEWEST, calibrate_folder

    gold = annotated(dev, from_=from_, encoding=encoding, position_digits=position_digits)
    fitted = calibrate_folder(locate(model), gold, device=device, threshold=threshold)
    if fitted.chosen is None:
        why = f"the model finds {fitted.entities:,} entities in it, expected {FEWEST} or more"
        raise CorpusError(why, path=dev)
    with output() as stream:
        print(dumps(fitted.to_dict(), indent=2) if json else table(fitted), file=stream)


def table(fitted: Fitted) -> str:
    """What was tried, and what is kept."""
    rows = [("scores", "T", "slope", "bias", "ECE", "log loss")]
    for name, one in fitted.trials.items():
        parts = (one.calibration.temperature, one.calibration.slope, one.calibration.bias)
        figures = [f"{part:.3f}" for part in parts] + [f"{one.error:.4f}", f"{one.loss:.4f}"]
        rows.append((name, figures[0], figures[1], figures[2], figures[3], figures[4]))
    head = f"{fitted.entities:,} entities found, {100 * fitted.right:.2f} % of them right"
    more = f"\n{fitted.threshold}" if fitted.threshold else ""
    return f"{head}\n{aligned(rows)}{more}\nkept: {fitted.chosen}, in {fitted.place}"
