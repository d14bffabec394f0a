"""``ner stats``: how large a corpus is, what is annotated in it, what its splits share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Encoding, Force, From, Json, PositionDigits, output
from ner.cli.table import aligned, described
from ner.printing import excerpt

if TYPE_CHECKING:
    from ner.corpus.comparison import Corpus, Overlap, Seen

STANDARD = "-"
MOST_AMBIGUOUS = 10  # texts with several labels that are printed
SHOWN = 30  # characters of a mention

Rows = list[list[str]]


def stats(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS...", help="Annotated files and folders: the splits."),
    ],
    json: Json = False,
    out: Annotated[
        str | None, typer.Option("-o", "--output", help="A page instead, one HTML file.")
    ] = None,
    from_: From = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Count sentences, entities and lengths, and what dev and test share with train."""
    from ner.corpus.comparison import read_corpus
    from ner.corpus.page import page
    from ner.corpus.parts import parts_of
    from ner.errors import CorpusError
    from ner.formats import ReadOptions
    from ner.storage import dumps, is_kept, write_text

    if json and out == STANDARD:
        raise typer.BadParameter("the page and --json cannot both go to standard output")
    if out not in (None, STANDARD) and is_kept(Path(str(out))) and not force:
        raise CorpusError("is there already; --force overwrites it", path=str(out))
    options = ReadOptions(encoding=encoding, position_digits=position_digits)
    parts = [part for path in paths for part in parts_of(path)]
    corpus = read_corpus(parts, format=from_, options=options)
    if out not in (None, STANDARD):
        write_text(Path(str(out)), page(corpus))
    with output() as stream:
        if out == STANDARD:
            stream.write(page(corpus))
        elif json:
            print(dumps(corpus.to_dict(), indent=2), file=stream)
        elif out is None:
            print("\n\n".join(_report(corpus)), file=stream)


def _report(corpus: Corpus) -> Iterator[str]:
    """The corpus as text, a table after the other."""
    yield aligned(_sizes(corpus))
    if not corpus.labels:
        return
    yield aligned(_labels(corpus))
    yield from (aligned(_overlap(one)) for one in corpus.overlaps)
    yield "Most frequent mentions\n" + described(_frequent(corpus))
    ambiguous = corpus.ambiguous
    if ambiguous:
        head = f"{len(ambiguous):,} mentions with several labels, the most frequent first\n"
        yield head + described(_ambiguous(ambiguous))


def _sizes(corpus: Corpus) -> Rows:
    """The figures of each split, and below them what was met while reading."""
    from ner.corpus.figures import FIGURES, SUMMARY

    splits = corpus.splits
    rows = [["", *(split.name for split in splits)]]
    rows += [[name, *map(figure, splits)] for name, figure in FIGURES.items()]
    for name, figure in SUMMARY.items():
        rows.append(
            [f"Sentence length: {name.lower()}", *(figure(one.sentences) for one in splits)]
        )
    for name, figure in SUMMARY.items():
        rows.append([f"Entity length: {name.lower()}", *(figure(one.entities) for one in splits)])
    for kind in corpus.findings:
        rows.append([f"Read: {kind}", *(f"{one.findings[kind]:,}" for one in splits)])
    return rows


def _labels(corpus: Corpus) -> Rows:
    """Entities by label and split, their share of the split's, and their different texts."""
    rows = [["Label", *(cell for one in corpus.splits for cell in (one.name, "%", "different"))]]
    for label in corpus.labels:
        row = [label]
        for split in corpus.splits:
            texts = split.mentions.get(label, Counter())
            number = texts.total()
            row += [f"{number:,}", _percent(number, split.entities.number), f"{len(texts):,}"]
        rows.append(row)
    return rows


def _overlap(overlap: Overlap) -> Rows:
    """What the first split has of the entities of another."""
    head = [overlap.name, "entities", f"% in {overlap.first}", "% under another label"]
    rows = [[*head, "different", f"% in {overlap.first}"]]
    for label in (*overlap.entities, None):
        entities, mentions = overlap.seen(label)
        other = _percent(entities.other, entities.all)
        rows.append([label or "all", *_seen(entities), other, *_seen(mentions)])
    return rows


def _seen(seen: Seen) -> list[str]:
    return [f"{seen.all:,}", _percent(seen.same, seen.all)]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f}"


def _frequent(corpus: Corpus) -> list[tuple[str, str]]:
    from ner.corpus.statistics import MOST_FREQUENT

    return [(label, _counted(texts, MOST_FREQUENT)) for label, texts in corpus.mentions.items()]


def _ambiguous(several: Mapping[str, Counter[str]]) -> list[tuple[str, str]]:
    first = islice(several.items(), MOST_AMBIGUOUS)
    return [(excerpt(text, SHOWN), _counted(labels)) for text, labels in first]


def _counted(counts: Counter[str], most: int | None = None) -> str:
    """The most frequent and their numbers, in a row."""
    from ner.corpus.statistics import frequent

    return "  ".join(f"{excerpt(one, SHOWN)} {counts[one]:,}" for one in frequent(counts, most))
