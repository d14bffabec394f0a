"""FIGURES → the sections of curves: calibration and training, each drawn and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ner.evaluation.analysis import Analysis, Report
from ner.evaluation.report import plots
from ner.evaluation.report.cells import MISSING, caption, points, signs
from ner.pages.markup import Row, section, table

NO_MATPLOTLIB = (
    '<p class="note">The curve is drawn by matplotlib, which is not installed:'
    " <code>pip install 'zhuyi-ner[report]'</code> brings it.</p>\n"
)
EPOCHS: dict[str, tuple[str, Callable[[float], str]]] = {
    "loss": ("Loss", lambda one: f"{one:.4f}"),
    "dev_f1": ("Dev F1", points),
    "dev_precision": ("Dev precision", points),
    "dev_recall": ("Dev recall", points),
    "learning_rate": ("Learning rate", lambda one: f"{one:.2e}"),
}


def calibration(figures: Report) -> str:
    """How often entities of a score are right."""
    found = [(one, sign) for one, sign in _marked(figures) if one.reliability]
    if not found:
        return ""
    errors = "; ".join(
        f"{sign} {points(one.scores.calibration_error or 0)} %".strip() for one, sign in found
    )
    note = (
        "Of the entities that the model gives a score, how many are right. On the dotted line a"
        f" score comes true as often as it says. Expected calibration error: {errors}."
    )
    drawn = plots.calibration([(sign, one.reliability or []) for one, sign in found])
    tables = [_bins(one, sign) for one, sign in found]
    return section("Calibration", _beside(drawn, tables), note=note)


def _bins(analysis: Analysis, sign: str) -> str:
    rows: list[Row] = [
        (
            f"{one.low:.1f}–{one.high:.1f}",
            [f"{one.number:,}", points(one.score), points(one.right)],
        )
        for one in analysis.reliability or []
    ]
    head = ["Scores", "Entities", "Mean score", "Right, %"]
    return table(head, rows, caption=caption(analysis, sign))


def training(figures: Report) -> str:
    """Loss and dev scores by epoch, where the run's metrics are known."""
    found = [(one, sign) for one, sign in _marked(figures) if one.epochs]
    if not found:
        return ""
    drawn = plots.training([(sign, one.epochs) for one, sign in found])
    tables = [_epochs(one, sign) for one, sign in found]
    note = "Of the run that the model is of; ★ is the epoch that was kept, the best on dev by then."
    return section("Training", _beside(drawn, tables), note=note)


def _epochs(analysis: Analysis, sign: str) -> str:
    columns = {
        key: how
        for key, how in EPOCHS.items()
        if any(plots.number(line, key) is not None for line in analysis.epochs)
    }
    best = plots.best(analysis.epochs)
    rows: list[Row] = [
        (
            f"{line['epoch']}{' ★' if line is best else ''}",
            [_figure(line, key, how) for key, (_, how) in columns.items()],
        )
        for line in analysis.epochs
    ]
    head = ["Epoch", *(name for name, _ in columns.values())]
    return table(head, rows, caption=caption(analysis, sign))


def _figure(line: dict[str, Any], key: str, how: Callable[[float], str]) -> str:
    found = plots.number(line, key)
    return MISSING if found is None else how(found)


def _beside(drawn: str | None, tables: Sequence[str]) -> str:
    """A curve and its tables, which scroll if they are long."""
    shown = NO_MATPLOTLIB if drawn is None else f'<figure class="card plot">{drawn}</figure>\n'
    beside = f'<div class="long">{"".join(tables)}</div>'
    return f'<div class="pair">\n<div>{shown}</div>\n{beside}\n</div>\n'


def _marked(figures: Report) -> list[tuple[Analysis, str]]:
    return list(zip(figures.analyses, signs(figures), strict=True))
