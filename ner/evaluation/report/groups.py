"""FIGURES → strict scores by group: a table for each grouping."""

from __future__ import annotations

from ner.evaluation.analysis import Report
from ner.evaluation.groups import GROUPINGS
from ner.evaluation.report.cells import MISSING, called, measured, points, signs
from ner.evaluation.scores import Score
from ner.pages.markup import Row, section, table

NOTE = (
    "Strict scores of entities that have something in common. An entity, gold or predicted, is in"
    " a group by its own text, place and label."
)
NO_TRAIN = (
    " Seen and unseen mentions are not told apart, since the train file is not known:"
    " <code>--train FILE</code> names it."
)


def groups(figures: Report) -> str:
    """All groupings that there are figures of."""
    known = figures.analyses[0].groups
    tables = [_grouping(figures, name) for name in known if any(_rows(figures, name))]
    if not tables:
        return ""
    lacking = any(one.needs_train and name not in known for name, one in GROUPINGS.items())
    note = NOTE + NO_TRAIN * lacking
    if len(figures.analyses) > 1 and not lacking:
        note += " Train is what the first model learned from."
    inside = f'<div class="pair">\n{"".join(tables)}</div>\n'
    return section("Scores by group", inside, note=note)


def _grouping(figures: Report, name: str) -> str:
    marks = signs(figures)
    head = ["", *(called("F1", sign) for sign in marks)]
    head += ["Precision", "Recall"] if len(marks) == 1 else []
    title = f"{name.capitalize()} <small>{GROUPINGS[name].note}</small>"
    return table([*head, "Support"], _rows(figures, name), style="groups", caption=title)


def _rows(figures: Report, name: str) -> list[Row]:
    found = [one.groups[name] for one in figures.analyses]
    order = [group for group in GROUPINGS[name].names if any(group in one for one in found)]
    return [(group, _cells([one.get(group) for one in found])) for group in order]


def _cells(scores: list[Score | None]) -> list[str]:
    cells = [measured(one.f1, drawn=True) if one else MISSING for one in scores]
    first = scores[0]
    if len(scores) == 1 and first:
        cells += [points(first.precision), points(first.recall)]
    return [*cells, f"{max(one.support for one in scores if one):,}"]
