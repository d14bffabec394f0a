"""NUMBERS → CURVES: matplotlib's SVG as it may stand inside a page, in the page's own colours.

A colour is drawn as a stand-in and then becomes a name of the page's style, so curves are readable
in light, dark and on paper. Letters stay letters, in the page's font.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from ner.evaluation.reliability import Bin

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, MUTED, LINE = "#010101", "#020202", "#030303"  # stand-ins
COLOURS = ("#040404", "#050505")  # of the models
FEW = 40  # epochs that have dots
NAMES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    COLOURS[0]: "var(--curve-1)",
    COLOURS[1]: "var(--curve-2)",
}
SIZE = (4.4, 3.1)  # inches: letters of 10 points are readable on a phone
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "axes.spines.top": False,
    "legend.frameon": False,
    "legend.fontsize": 9,
}
METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))  # none: it names addresses

Epochs = Sequence[dict[str, Any]]


def calibration(curves: Sequence[tuple[str, Sequence[Bin]]]) -> str | None:
    """The share of entities that are right over their mean score; None without matplotlib."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([0, 100], [0, 100], linestyle=":", linewidth=1, color=MUTED)
        for (sign, bins), shape, colour in zip(curves, ("o-", "s--"), COLOURS, strict=False):
            across = [100 * one.score for one in bins]
            up = [100 * one.right for one in bins]
            axes.plot(across, up, shape, markersize=5, color=colour, label=sign, clip_on=False)
        axes.set(xlabel="score, %", ylabel="right, %", xlim=(0, 102), ylim=(0, 102))
        axes.grid()
        if len(curves) > 1:
            axes.legend(loc="upper left")

    return _drawn(draw, "The share of entities that are right, by their score.", "calibration")


def training(curves: Sequence[tuple[str, Epochs]]) -> str | None:
    """Loss and dev F1 by epoch, on axes of their own; None without matplotlib."""

    def draw(figure: Figure) -> None:
        from matplotlib.ticker import MaxNLocator

        above, below = figure.subplots(2, sharex=True)
        for (sign, epochs), line, colour in zip(curves, ("-", "--"), COLOURS, strict=False):
            for axes, key, scale in ((above, "dev_f1", 100), (below, "loss", 1)):
                across, up = _known(epochs, key)
                shape = "." if len(across) < FEW else ""
                up = [scale * one for one in up]
                axes.plot(across, up, line, color=colour, marker=shape, label=sign)
            across, up = _known([one for one in (best(epochs),) if one], "dev_f1")
            above.plot(across, [100 * one for one in up], "*", markersize=11, color=colour)
        above.set(ylabel="dev F1, %")
        below.set(ylabel="loss", xlabel="epoch")
        below.xaxis.set_major_locator(MaxNLocator(integer=True))
        for axes in (above, below):
            axes.set_ylim(bottom=0)
            axes.grid()
        if len(curves) > 1:
            above.legend(loc="lower right")

    return _drawn(draw, "Dev F1 and loss by epoch.", "training", height=1.25)


def best(epochs: Epochs) -> dict[str, Any] | None:
    """The epoch that was kept: the last that was the best so far."""
    return next((line for line in reversed(epochs) if line.get("best") is True), None)


def number(line: dict[str, Any], key: str) -> float | None:
    """A finite number of an epoch's line; None where there is none."""
    found = line.get(key)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return None
    return float(found) if math.isfinite(found) else None


def _known(epochs: Epochs, key: str) -> tuple[list[float], list[float]]:
    """The epochs that have this number, and the numbers."""
    found = [(one["epoch"], number(one, key)) for one in epochs]
    known = [(epoch, one) for epoch, one in found if one is not None]
    return [float(epoch) for epoch, _ in known], [one for _, one in known]


def _drawn(
    draw: Callable[[Figure], None], said: str, salt: str, *, height: float = 1.0
) -> str | None:
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        return None
    with rc_context({**STYLE, "svg.hashsalt": f"ner {salt}"}):
        figure = Figure(figsize=(SIZE[0], SIZE[1] * height), layout="constrained")
        figure.patch.set_alpha(0)
        draw(figure)
        written = StringIO()
        figure.savefig(written, format="svg", metadata=METADATA)
    return inline(written.getvalue(), said)


def inline(svg: str, said: str) -> str:
    """The picture as an element of a page: no prologue, no names of its own, no addresses."""
    made = svg[svg.index("<svg") :]
    made = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", made, flags=re.DOTALL)
    made = re.sub(r' xmlns(:\w+)?="[^"]*"', "", made).replace("xlink:href", "href")
    made = re.sub(r'<g id="[^"]*"', "<g", made)
    made = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", made)
    made = re.sub(r"font-family: [^;\"]*;? ?", "", made)
    made = re.sub(r"<!--.*?-->\s*", "", made, flags=re.DOTALL)
    for stand_in, name in NAMES.items():
        made = made.replace(stand_in, name)
    view = re.search(r'viewBox="[^"]*"', made)
    opening = f'<svg {view[0] if view else ""} role="img" aria-label="{said}">'
    return re.sub(r"<svg[^>]*>", opening, made, count=1)
