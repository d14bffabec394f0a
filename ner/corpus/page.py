"""A CORPUS IN FIGURES → ONE PAGE: an HTML file that needs nothing else; every chart is a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from ner.corpus.comparison import Corpus, Seen
from ner.corpus.figures import FIGURES, SUMMARY
from ner.corpus.statistics import MOST_FREQUENT, Lengths, frequent
from ner.pages.markup import Row, bar, bars, harmless, listed, percent, section, table
from ner.pages.template import filled, joined

WEB = Path(__file__).with_name("web")
STYLES = ("base.css", "figures.css", "page.css")
BINS = 16  # of a histogram, at most
USUAL = 0.95  # of the lengths have bins of their own, the rest one together
MOST_AMBIGUOUS = 30  # texts with several labels that are listed
LONG = 300  # characters of a path

LEGEND = """<ul class="legend">
<li class="same">with the same label</li>
<li class="other">with another label only</li>
<li class="none">not at all</li>
</ul>
"""


def page(corpus: Corpus) -> str:
    """The page; it holds no lone surrogate and can be written as UTF-8."""
    named = ", ".join(split.name for split in corpus.splits)
    sources = (
        f"<li><b>{harmless(split.name)}</b> <span>{harmless(split.path, LONG)}</span></li>"
        for split in corpus.splits
    )
    about = (_labels, _lengths, _overlaps, _frequent, _ambiguous) if corpus.labels else (_lengths,)
    sections = (_sizes, *about, _findings)
    slots = {
        "title": f"{harmless(named, LONG)} · ner stats",
        "style": joined(WEB, STYLES),
        "splits": "".join(sources),
        "sections": "".join(made(corpus) for made in sections),
    }
    return filled(joined(WEB, ["page.html"]), slots)


def bins(lengths: Sequence[Lengths]) -> list[tuple[int, int]]:
    """The first and last length of each bar of a histogram; the last bar takes all that is longer.

    The bars are equally wide, but for the last.
    """
    usual = max(one.reaching(USUAL) for one in lengths)
    longest = max(one.longest for one in lengths)
    width = next(width for width in _widths() if width * BINS >= usual)
    edges = [(end - width + 1, end) for end in range(width, usual + width, width)]
    beyond = edges[-1][1] + 1 if edges else 1
    return edges if longest < beyond else [*edges, (beyond, longest)]


def _widths() -> Iterator[int]:
    """Round numbers: 1, 2, 5, 10, 20, 50 and so on."""
    for power in count():
        yield from (step * 10**power for step in (1, 2, 5))


def _names(corpus: Corpus, first: str = "") -> list[str]:
    return [first, *(harmless(split.name) for split in corpus.splits)]


def _sizes(corpus: Corpus) -> str:
    rows = [(name, [figure(one) for one in corpus.splits]) for name, figure in FIGURES.items()]
    return section("Size", table(_names(corpus), rows))


def _labels(corpus: Corpus) -> str:
    labels = corpus.labels
    totals = [split.labels for split in corpus.splits]
    counts = [[one[label] for one in totals] for label in labels]
    cells = bars(counts, [one.total() for one in totals])
    rows: list[Row] = []
    for label, row in zip(labels, cells, strict=True):
        different = (len(split.mentions.get(label, ())) for split in corpus.splits)
        pairs = zip(row, different, strict=True)
        shown = [
            f'{cell}<small class="line">{number:,} different</small>' for cell, number in pairs
        ]
        rows.append((harmless(label), shown))
    note = "Entities, their share of the split’s, and how many different texts they are."
    return section("Labels", table(_names(corpus, "Label"), rows, style="bars"), note=note)


def _lengths(corpus: Corpus) -> str:
    entities = _histogram(corpus, "Entities", [one.entities for one in corpus.splits])
    sentences = _histogram(corpus, "Sentences", [one.sentences for one in corpus.splits])
    both = f'<div class="pair">\n{entities}{sentences}</div>\n'
    return section("Lengths", both, note="In characters, with their share of the split’s.")


def _histogram(corpus: Corpus, caption: str, lengths: Sequence[Lengths]) -> str:
    edges = bins(lengths)
    counts = [[one.between(*ends) for one in lengths] for ends in edges]
    named = [str(first) if first == last else f"{first:,}–{last:,}" for first, last in edges]
    rows: list[Row] = list(zip(named, bars(counts, [one.number for one in lengths]), strict=True))
    rows += [(name, [figure(one) for one in lengths]) for name, figure in SUMMARY.items()]
    return table(_names(corpus), rows, style="bars", caption=caption)


def _overlaps(corpus: Corpus) -> str:
    overlaps = corpus.overlaps
    if not overlaps:
        return ""
    first = harmless(overlaps[0].first)
    rows: list[Row] = [("<b>All</b>", [_seen(*one.seen()) for one in overlaps])]
    for label in corpus.labels:
        rows.append((harmless(label), [_seen(*one.seen(label)) for one in overlaps]))
    head = ["Label", *(harmless(one.name) for one in overlaps)]
    note = f"How many of the entities have a text that is annotated in {first} …"
    shown = table(head, rows, style="bars")
    return section(f"Seen in {first}", LEGEND, shown, note=note)


def _seen(entities: Seen, mentions: Seen) -> str:
    if not entities.all:
        return "–"
    parts = [percent(entities.same, entities.all)]
    if entities.other:
        share = percent(entities.other, entities.all)
        parts.append(f'<small class="more">+ {share} with another</small>')
    different = f"{percent(mentions.same, mentions.all)} of {mentions.all:,} different texts"
    parts.append(f'<small class="line">{different}</small>')
    return bar(entities.same / entities.all, entities.other / entities.all) + " ".join(parts)


def _frequent(corpus: Corpus) -> str:
    rows: list[Row] = []
    for label, texts in corpus.mentions.items():
        chosen = frequent(texts, MOST_FREQUENT)
        rows.append((harmless(label), [listed(chosen, [texts[text] for text in chosen])]))
    note = "How often each text is annotated with the label, in all splits together."
    return section("Most frequent mentions", _words(["Label", "Mentions"], rows), note=note)


def _ambiguous(corpus: Corpus) -> str:
    several = corpus.ambiguous
    rows: list[Row] = []
    for text in list(several)[:MOST_AMBIGUOUS]:
        labels = frequent(several[text])
        rows.append((harmless(text), [listed(labels, [several[text][one] for one in labels])]))
    more = f", the {len(rows)} most frequent" if len(rows) < len(several) else ""
    note = f"{len(several):,} texts{more}; a model needs their context to tell."
    if not rows:
        return section("Mentions with several labels", note="There are none.")
    shown = _words(["Mention", "Labels"], rows)
    return section("Mentions with several labels", shown, note=note)


def _words(head: Sequence[str], rows: Sequence[Row]) -> str:
    return table(head, rows, style="words")


def _findings(corpus: Corpus) -> str:
    rows: list[Row] = [
        (harmless(kind, LONG), [f"{split.findings[kind]:,}" for split in corpus.splits])
        for kind in corpus.findings
    ]
    return section("Met while reading", table(_names(corpus), rows)) if rows else ""
