"""FIGURES OF ONE OR TWO MODELS → ONE PAGE: an HTML file that needs nothing else."""

from __future__ import annotations

from pathlib import Path

from ner.evaluation.analysis import Report
from ner.evaluation.report.cells import SIGNS
from ner.evaluation.report.confusion import by_kind, confused
from ner.evaluation.report.curves import calibration, training
from ner.evaluation.report.errors import COLOURS, colours, errors
from ner.evaluation.report.groups import groups
from ner.evaluation.report.scores import by_label, differences, strictness, summary
from ner.pages.markup import harmless
from ner.pages.template import filled, joined
from ner.version import __version__

WEB = Path(__file__).with_name("web")
STYLES = ("base.css", "figures.css", "page.css", "errors.css")
LONG = 300  # characters of a path

SECTIONS = {
    "scores": by_label,
    "differences": differences,
    "strictness": strictness,
    "confusion": confused,
    "kinds": by_kind,
    "groups": groups,
    "calibration": calibration,
    "training": training,
    "errors": errors,
}
TITLES = {
    "scores": "Scores",
    "differences": "Difference",
    "strictness": "Strictness",
    "confusion": "Confusion",
    "kinds": "Kinds of errors",
    "groups": "Groups",
    "calibration": "Calibration",
    "training": "Training",
    "errors": "Errors",
}


def page(figures: Report, *, file: str) -> str:
    """The page; it holds no lone surrogate and can be written as UTF-8.

    Args:
        figures: of one model, or of two beside each other.
        file: what the models were measured on, as it is called.
    """
    made = {name: section(figures) for name, section in SECTIONS.items()}
    filled_ones = [name for name, written in made.items() if written]
    names = [one.name for one in figures.analyses]
    signs = SIGNS if len(names) > 1 else ("",)
    models = (
        f"<li><b>Model {sign}</b> <span>{harmless(name, LONG)}</span></li>"
        for sign, name in zip(signs, names, strict=False)
    )
    slots = {
        "title": f"{' and '.join(harmless(name, LONG) for name in names)} · ner evaluate",
        "style": joined(WEB, STYLES) + colours(len(figures.labels), COLOURS),
        "script": joined(WEB, ["filter.js"]),
        "models": "".join(models),
        "file": harmless(file, LONG),
        "links": "".join(f'<a href="#{one}">{TITLES[one]}</a>' for one in filled_ones),
        "summary": summary(figures),
        "sections": "".join(
            f'<div id="{name}">\n{written}</div>\n' for name, written in made.items() if written
        ),
        "version": __version__,
    }
    return filled(joined(WEB, ["page.html"]), slots)
