"""FIGURES → the sections of scores: in short, by label, two models compared, by strictness."""

from __future__ import annotations

from collections.abc import Sequence

from ner.evaluation.analysis import OVERALL, Analysis, Report
from ner.evaluation.bootstrap import LEVEL, Interval
from ner.evaluation.report.cells import (
    MISSING,
    called,
    caption,
    ends,
    measured,
    points,
    signed,
    signs,
)
from ner.evaluation.scenarios import SCENARIOS, Scenario
from ner.evaluation.scores import Score
from ner.pages.markup import Row, harmless, section, table

ALL = "<b>all (micro)</b>"
COUNTS = ("correct", "incorrect", "partial", "missed", "spurious")
NO_NERVALUATE = (
    "These scores are counted by nervaluate, which is not installed: "
    "<code>pip install 'zhuyi-ner[report]'</code>, Python 3.11 or newer, brings it."
)


def summary(figures: Report) -> str:
    """The figures that come first: of each model its F1, precision and recall over all labels."""
    return "".join(
        _summary(one, sign) for one, sign in zip(figures.analyses, signs(figures), strict=True)
    )


def _summary(analysis: Analysis, sign: str) -> str:
    overall = analysis.scores.overall
    named = {"F1": overall.f1, "Precision": overall.precision, "Recall": overall.recall}
    tiles = [
        f"<div><dt>{called(name, sign)}</dt><dd>{points(share)}{_ends(interval)}</dd></div>"
        for (name, share), interval in zip(
            named.items(), _intervals(analysis, OVERALL), strict=True
        )
    ]
    counts = {
        "Sentences": len(analysis.pairs),
        "Gold entities": overall.support,
        "Predicted": analysis.scores.predicted,
    }
    if analysis.scores.unscored:
        counts["Nested, left out"] = analysis.scores.unscored
    tiles += [f"<div><dt>{name}</dt><dd>{number:,}</dd></div>" for name, number in counts.items()]
    return f'<dl class="tiles">{"".join(tiles)}</dl>\n'


def _ends(interval: Interval | None) -> str:
    return ends(interval) if interval else ""


def _intervals(analysis: Analysis, label: str | None) -> Sequence[Interval | None]:
    """Of F1, precision and recall, in the order of the tables; None if there are no draws."""
    found = analysis.intervals.get(label)
    return [found[2], found[0], found[1]] if found else [None] * 3


def by_label(figures: Report) -> str:
    """Strict precision, recall, F1 and support, with their intervals."""
    tables = [
        table(
            ["Label", "F1", "Precision", "Recall", "Support"],
            _rows(one),
            style="scores",
            caption=caption(one, sign),
        )
        for one, sign in zip(figures.analyses, signs(figures), strict=True)
    ]
    inside = tables[0] if len(tables) == 1 else f'<div class="pair">\n{"".join(tables)}</div>\n'
    note = "A mention counts if its boundaries and its label are exact; in per cent."
    if figures.resamples:
        note += (
            f" Below each figure is its {100 * LEVEL:.0f} % interval, of {figures.resamples:,}"
            f" draws of sentences with replacement (seed {figures.seed})."
        )
    return section("Scores by label", inside, note=note)


def _rows(analysis: Analysis) -> list[Row]:
    named: list[tuple[str | None, Score]] = [*analysis.scores.labels.items()]
    rows: list[Row] = []
    for label, one in [*named, (OVERALL, analysis.scores.overall)]:
        f1, precision, recall = _intervals(analysis, label)
        cells = [
            measured(one.f1, f1, drawn=True),
            measured(one.precision, precision),
            measured(one.recall, recall),
            f"{one.support:,}",
        ]
        rows.append((ALL if label is OVERALL else harmless(label), cells))
    return rows


def differences(figures: Report) -> str:
    """The F1 of both models beside each other, the difference, its interval and p."""
    if len(figures.analyses) < 2:
        return ""
    rows = [_difference(figures, label) for label in (*figures.labels, OVERALL)]
    head = ["Label", "F1 ①", "F1 ②", "② − ①", "p"]
    note = (
        "The F1 of the second minus that of the first. Both are measured on the same draws of"
        " sentences; p is how often a draw differs from the observed difference by at least as"
        " much as that differs from zero (paired bootstrap, in both directions)."
        if figures.differences
        else "Without draws of sentences there are neither intervals nor p."
    )
    return section("The second beside the first", table(head, rows, style="scores"), note=note)


def _difference(figures: Report, label: str | None) -> Row:
    f1s = [
        one.scores.overall if label is OVERALL else one.scores.labels.get(label)
        for one in figures.analyses
    ]
    shown = [points(one.f1) if one else MISSING for one in f1s]
    made = figures.differences[label] if figures.differences else None
    if made is None:
        moved = signed(f1s[1].f1 - f1s[0].f1) if f1s[0] and f1s[1] else MISSING
        return _name(label), [*shown, moved, MISSING]
    low, high = (signed(end) for end in made.interval)
    moved = f'{signed(made.f1)}<small class="line">{low} … {high}</small>'
    return _name(label), [*shown, moved, f"{made.p:.3f}"]


def _name(label: str | None) -> str:
    return ALL if label is None else harmless(label)


def strictness(figures: Report) -> str:
    """nervaluate's scenarios, or why there are none."""
    title = "How strict"
    found = [one.scenarios for one in figures.analyses]
    if any(one is None for one in found):
        return section(title, note=NO_NERVALUATE)
    tables = [
        table(
            ["Scenario", "F1", "Precision", "Recall", *COUNTS],
            [_scenario(name, scenes[name]) for name in SCENARIOS],
            style="scenarios",
            caption=caption(one, sign),
        )
        for one, sign, scenes in zip(figures.analyses, signs(figures), found, strict=True)
        if scenes
    ]
    note = "The four ways of counting of SemEval 2013, by nervaluate, over all labels."
    return section(title, *tables, note=note)


def _scenario(name: str, one: Scenario) -> Row:
    shares = [measured(one.f1, drawn=True), points(one.precision), points(one.recall)]
    counts = [f"{getattr(one, field):,}" for field in COUNTS]
    return f'{name}<small class="line">{SCENARIOS[name]}</small>', [*shares, *counts]
