"""What the tables of the report share: figures in per cent, intervals, and signs of the models."""

from __future__ import annotations

from collections.abc import Sequence

from ner.evaluation.analysis import Analysis, Report
from ner.evaluation.bootstrap import Interval
from ner.pages.markup import harmless

SIGNS = ("①", "②")  # of the models, where there are two
MISSING = "–"


def signs(figures: Report) -> Sequence[str]:
    """A sign for each model; one alone needs none."""
    return SIGNS if len(figures.analyses) > 1 else ("",)


def called(name: str, sign: str) -> str:
    """A column's name, with the model that it is of."""
    return f"{name} {sign}".strip()


def caption(analysis: Analysis, sign: str) -> str:
    """The name of a table that is of one of two models; of one alone it is plain."""
    return f"{sign} {harmless(analysis.name)}" if sign else ""


def points(share: float) -> str:
    """A share as per cent, as the command line's tables have it."""
    return f"{100 * share:.2f}"


def signed(share: float) -> str:
    """A difference of shares in points; zero has no minus."""
    return f"{round(100 * share, 2) + 0.0:+.2f}".replace("-", "−")


def ends(interval: Interval) -> str:
    """An interval on a line of its own."""
    low, high = interval
    return f'<small class="line">{points(low)}–{points(high)}</small>'


def measured(share: float, interval: Interval | None = None, *, drawn: bool = False) -> str:
    """A figure, below it its interval and, if wanted, a bar in which the interval is dark."""
    shown = points(share) + (ends(interval) if interval else "")
    if not drawn:
        return shown
    band = ""
    if interval:
        band = f'<u style="--low:{interval[0]:.4f};--high:{interval[1]:.4f}"></u>'
    bar = f'<span class="bar" aria-hidden="true"><i style="--part:{share:.4f}"></i>{band}</span>'
    return shown + bar
