"""FIGURES → which labels were taken for which, and errors by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ner.evaluation.analysis import Analysis, Report
from ner.evaluation.kinds import KINDS, RIGHT
from ner.evaluation.report.cells import MISSING, called, caption, signs
from ner.pages.markup import Row, bars, harmless, section, table

MOST_LABELS = 40  # of a matrix; of more only pairs are listed
MOST_PAIRS = 20  # rows of a table of label pairs

Labels = tuple[str | None, str | None]  # gold and predicted; None where there is no entity


def confused(figures: Report) -> str:
    """A matrix of gold labels and predicted ones for each model."""
    if not figures.labels:
        return ""
    drawn = _matrix if len(figures.labels) <= MOST_LABELS else _listed
    tables = [drawn(*one) for one in _each(figures)]
    note = (
        "Rows are gold labels, columns predicted ones, whatever the boundaries: what is right"
        " stands on the diagonal together with errors of boundaries. A number that is a link shows"
        " its errors."
    )
    return section("Confusion of labels", *tables, note=note)


@dataclass(frozen=True, slots=True)
class Links:
    """Where the numbers of a model's table lead to: the form of errors reads what they hold.

    Args:
        labels: of the page; the form knows them by their numbers.
        model: the model's number among two, counted from 1; empty where there is one.
        wrong: how many errors each pair of labels has; where there is none, there is no link.
    """

    labels: Sequence[str]
    model: str
    wrong: Counter[Labels]

    def link(self, both: Labels, number: int, *, kind: str = "", style: str = "") -> str:
        """The number, as a link if it stands for errors."""
        if not self.wrong[both]:
            return f"<span{style}>{number:,}</span>"
        gold, found = ("-" if one is None else self.labels.index(one) for one in both)
        chosen = f'data-gold="{gold}" data-predicted="{found}" data-models="{self.model}"'
        if kind:
            chosen += f' data-kind="{list(KINDS).index(kind)}"'
        return f'<a href="#errors" {chosen}{style}>{number:,}</a>'


def _each(figures: Report) -> list[tuple[Analysis, Links, str]]:
    """Each model with the links and the caption of its table."""
    marks = signs(figures)
    found = []
    for number, (one, sign) in enumerate(zip(figures.analyses, marks, strict=True), 1):
        wrong = Counter(match.labels for match in one.every if match.kind != RIGHT)
        links = Links(figures.labels, f"{number}" if sign else "", wrong)
        found.append((one, links, caption(one, sign)))
    return found


def _matrix(analysis: Analysis, links: Links, title: str) -> str:
    counts = analysis.confusion
    labels = links.labels
    most = max((n for (gold, found), n in counts.items() if gold != found), default=0) or 1
    rows: list[Row] = []
    for gold in (*labels, None):
        cells = []
        for found in (*labels, None):
            both = (gold, found)
            share = 0 if gold == found else counts[both] / most
            style = f' class="heat" style="--part:{share:.3f}"'
            cells.append(links.link(both, counts[both], style=style) if counts[both] else "")
        rows.append(("<i>invented</i>" if gold is None else harmless(gold), cells))
    head = ["gold ╲ predicted", *(harmless(one) for one in labels), "<i>missed</i>"]
    return table(head, rows, style="matrix", caption=title)


def _listed(analysis: Analysis, links: Links, title: str) -> str:
    """The most frequent pairs of different labels, where a matrix would be too wide."""
    pairs = [item for item in analysis.confusion.most_common() if item[0][0] != item[0][1]]
    rows: list[Row] = [
        (_label(both[0]), [_label(both[1]), links.link(both, number)])
        for both, number in pairs[:MOST_PAIRS]
    ]
    shown = table(["Gold", "Predicted", "Number"], rows, caption=title)
    rest = len(pairs) - len(rows)
    return shown + (f'<p class="note">… and {rest:,} more pairs of labels.</p>\n' if rest else "")


def _label(label: str | None) -> str:
    return MISSING if label is None else harmless(label)


def by_kind(figures: Report) -> str:
    """How many errors of each kind, and of which labels they are."""
    counts = [one.kinds for one in figures.analyses]
    numbers = [[one[kind] for one in counts] for kind in KINDS]
    cells = bars(numbers, [sum(one.values()) for one in counts])
    rows: list[Row] = [
        (f'{kind}<small class="line">{said}</small>', row)
        for (kind, said), row in zip(KINDS.items(), cells, strict=True)
    ]
    head = ["Kind", *(called("Errors", sign) for sign in signs(figures))]
    note = (
        "Every entity is in one pair of gold and predicted at most, so the kinds add up: gold minus"
        " right is all but invented, predicted minus right all but missed."
    )
    parts = [table(head, rows, style="bars kinds")]
    parts += [_label_pairs(*one) for one in _each(figures)]
    return section("Errors by kind", f'<div class="pair">\n{"".join(parts)}</div>\n', note=note)


def _label_pairs(analysis: Analysis, links: Links, title: str) -> str:
    counts = Counter((one.kind, one.labels) for one in analysis.every if one.kind != RIGHT)
    if not counts:
        return ""
    rows: list[Row] = [
        (kind, [*(_label(one) for one in both), links.link(both, number, kind=kind)])
        for (kind, both), number in counts.most_common(MOST_PAIRS)
    ]
    rest = len(counts) - len(rows)
    below = f'<p class="note">… and {rest:,} more.</p>' if rest else ""
    head = ["Kind", "Gold", "Predicted", "Number"]
    return f"<div>{table(head, rows, style='pairs', caption=title)}{below}</div>\n"
