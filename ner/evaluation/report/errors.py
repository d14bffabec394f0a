"""FIGURES → the errors in their sentences: a list that is read as it is, and a form that sifts it.

Each sentence is written once: gold labels above, each model's below, and the errors in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ner.document import Entity
from ner.evaluation.analysis import Report
from ner.evaluation.kinds import KINDS, Match
from ner.evaluation.report.cells import SIGNS
from ner.evaluation.report.marked import marked
from ner.evaluation.wrong import Stretch
from ner.pages.markup import harmless, section

MOST_BYTES = 2_000_000  # of the list, so that the page stays below 3 MB
TEXT = 200  # characters of a mention
COLOURS = (255, 35, 150, 325, 80, 205, 290, 110, 5, 180, 55, 230)  # hues of labels
MODELS = {  # that make an error, as the filter's script knows them
    "": "any",
    "1": "① errs",
    "2": "② errs",
    "only1": "① alone errs",
    "only2": "② alone errs",
    "3": "both err alike",
}


def errors(figures: Report) -> str:
    """The list, as much of it as a page holds; the rest is counted."""
    wrong = figures.wrong
    if not wrong:
        return section("Errors", note="There are none.")
    numbers = {label: number for number, label in enumerate(figures.labels)}
    compared = len(figures.analyses) > 1
    listed: list[str] = []
    size = 0
    for one in wrong:
        item = _item(one, numbers, compared=compared)
        size += len(item.encode("utf-8"))
        if size > MOST_BYTES and listed:
            break
        listed.append(item)
    said = f"All {len(wrong):,} sentences with an error."
    if len(listed) < len(wrong):
        said = f"The first {len(listed):,} of {len(wrong):,} sentences with an error: so many fit."
    return section(
        "Errors in their sentences",
        _legend(compared),
        _form(figures, len(listed)),
        f'<ol id="list"{" class=two" if compared else ""}>\n{"".join(listed)}</ol>\n',
        '<button type="button" id="more" hidden></button>\n',
        note=said,
    )


def _legend(compared: bool) -> str:
    """What the rows and shades mean, shown by themselves."""
    rows = 'class="p p0" data-p="LABEL"'
    if compared:
        rows = f'class="p p0 q q0" data-p="{SIGNS[0]} LABEL" data-q="{SIGNS[1]} LABEL"'
    return (
        f'<p class="key{" two" * compared}"><span>Above the text what is'
        f' <b class="g g0" data-g="LABEL">annotated</b>, below it what was <b {rows}>found</b>;'
        ' shaded is what is <b class="g g0 x" data-g="LABEL">wrong</b>.</span></p>\n'
    )


def _item(stretch: Stretch, numbers: dict[str, int], *, compared: bool) -> str:
    wrong = stretch.wrong
    data = " ".join(_data(one, models, numbers) for one, models in wrong.items())
    words = "".join(_words(one, models, numbers, compared) for one, models in wrong.items())
    place = stretch.place
    where = ""
    if place is not None:
        line = "" if place.line is None else f":{place.line}"
        where = f"<small>{harmless(Path(place.path).name)}{line}</small>"
    text = marked(stretch, numbers)
    return f'<li data-e="{data}">{where}<p lang="zh">{text}</p><ul>{words}</ul></li>\n'


def _data(one: Match, models: dict[int, float | None], numbers: dict[str, int]) -> str:
    """What the filter asks of an error: kind, labels, and a bit for each model, as numbers."""
    kind = list(KINDS).index(one.kind)
    gold, found = ("-" if label is None else numbers[label] for label in one.labels)
    return f"{kind},{gold},{found},{sum(1 << model for model in models)}"


def _words(
    one: Match, models: dict[int, float | None], numbers: dict[str, int], compared: bool
) -> str:
    """An error in words: which model makes it, its kind, and what became of what."""
    who = "".join(SIGNS[model] for model in models) + " " if compared else ""
    both = [_entity(entity, numbers) for entity in (one.gold, one.predicted) if entity]
    scores = [f"{score:.2f}" for score in models.values() if score is not None]
    sure = f" <small>{' '.join(scores)}</small>" if scores else ""
    return f"<li>{who}<em>{one.kind}</em> {' → '.join(both)}{sure}</li>"


def _entity(entity: Entity, numbers: dict[str, int]) -> str:
    label = f'<b class="c{numbers[entity.label]}">{harmless(entity.label)}</b>'
    return f'<q lang="zh">{harmless(entity.text, TEXT)}</q> {label}'


def _form(figures: Report, number: int) -> str:
    """Choices of kinds, labels and words; shown by the script that obeys them."""
    counts = {kind: sum(one.kinds[kind] for one in figures.analyses) for kind in KINDS}
    kinds = "".join(
        f'<label><input type="checkbox" name="kind" value="{place}" checked>'
        f"<span>{kind}</span></label>"
        for place, (kind, count) in enumerate(counts.items())
        if count
    )
    labels = "".join(
        f'<option value="{place}">{harmless(label)}</option>'
        for place, label in enumerate(figures.labels)
    )
    models = ""
    if len(figures.analyses) > 1:
        options = "".join(
            f'<option value="{value}">{said}</option>' for value, said in MODELS.items()
        )
        models = f'<label>Model <select name="models">{options}</select></label>'
    return (
        '<form id="filter" class="card" hidden aria-label="Which errors are shown">\n'
        f"<fieldset><legend>Kinds</legend>{kinds}</fieldset>\n"
        f'<label>Gold <select name="gold"><option value="">any</option>{labels}'
        '<option value="-">none</option></select></label>\n'
        f'<label>Predicted <select name="predicted"><option value="">any</option>{labels}'
        '<option value="-">none</option></select></label>\n'
        f"{models}\n"
        '<label>Text <input type="search" name="text" autocomplete="off" spellcheck="false"'
        ' aria-keyshortcuts="/"></label>\n'
        '<button type="reset">Show all</button>\n'
        f'<output data-all="{number}"></output>\n</form>\n'
    )


def colours(number: int, hues: Sequence[int]) -> str:
    """Style rules: the colour of each label, as gold (g), as predicted (p, q) and in words (c)."""
    rules = []
    for place in range(number):
        hue = hues[place] if number <= len(hues) else round(360 * place / number)
        colour = f"oklch(var(--label-light) var(--label-chroma) {hue})"
        rules += [f".{kind}{place}{{--{kind}:{colour}}}" for kind in "gpqc"]
    return "\n".join(rules) + "\n"
