"""A picture of robustness: a line of dots for each kind of error, a dot for each strength."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from ner.evaluation.robustness import Robustness


def chart(results: Sequence[Robustness]) -> bytes:
    """The shares of F1 that are retained, as SVG; kinds that changed nothing are left out.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    shown = [(one, one.retained) for one in results]
    kinds = list(dict.fromkeys(one.name for one, retained in shown if retained is not None))
    rows = {kind: row for row, kind in enumerate(reversed(kinds))}
    with rc_context({"svg.hashsalt": "ner", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7, 1.2 + 0.28 * len(kinds)), layout="constrained")
        axes = figure.subplots()
        for one, retained in shown:
            if retained is not None:
                size = 20 + 60 * one.strength
                axes.scatter(100 * retained, rows[one.name], s=size, color="#2a6f97", alpha=0.6)
        axes.axvline(100, color="#888888", linewidth=0.8)
        axes.set_yticks(list(rows.values()), list(rows))
        axes.set_xlabel("F1 retained, % (a larger dot is a greater strength)")
        axes.grid(axis="x", linewidth=0.3)
        written = BytesIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()
