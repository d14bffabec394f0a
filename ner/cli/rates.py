"""``ner train --find-lr``: rising learning rates and what the loss does, as a chart or as JSON."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ner.cli.console import output, say

if TYPE_CHECKING:
    from ner.settings import Config
    from ner.training.rate_search import RateSearch

ROWS, WIDTH = 30, 40  # of a chart, at most


def find_rate(settings: Config, *, device: str, json: bool) -> None:
    """Looks for a rate and prints what was found; leaves nothing behind."""
    from ner.storage import dumps
    from ner.training.rate_search import search
    from ner.training.run import Run

    with TemporaryDirectory() as nothing:  # a run that never begins writes nothing into its folder
        ready = Run(settings, Path(nothing), device=device)
        for remark in ready.remarks:
            say(remark)
        say(f"device {ready.accelerator.device}; {ready.parameters:,} parameters; no run folder")
        found = search(ready.task, ready.accelerator)
    if not ready.accelerator.is_main_process:
        return
    with output() as stream:
        print(dumps(found.to_dict()) if json else chart(found), file=stream)


def chart(search: RateSearch) -> str:
    """Rates, their smoothed losses and bars of them, a line each, and the rate to take."""
    step = -(-len(search.tried) // ROWS) or 1
    shown = search.tried[::step]
    most = max((one.smoothed for one in shown), default=1.0)
    lines = [f"{'rate':>8}  {'loss':>8}"]
    for one in shown:
        bar = "█" * max(1, round(WIDTH * one.smoothed / most))
        lines.append(f"{one.rate:8.1e}  {one.smoothed:8.4f}  {bar}")
    if search.diverged:
        lines.append("then the loss diverged")
    if search.suggested is None:
        return "\n".join([*lines, "no rate to suggest: the loss never falls"])
    return "\n".join([*lines, f"suggested: training.learning_rate={search.suggested:.1e}"])
