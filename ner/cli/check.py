"""``ner check``: what is wrong or unusual in a corpus, with file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Device, Encoding, From, Json, PositionDigits, output, reading_bar, say
from ner.cli.suspects import By, Folds, Keep, Told, asked, shown, told
from ner.cli.table import aligned
from ner.printing import excerpt, printable

if TYPE_CHECKING:
    from ner.corpus.check.report import Kind, Report
    from ner.formats import Finding

SHOWN = 90  # characters of an example
SAID = 400  # of what is wrong with a record


def check(
    corpus: Annotated[
        list[Path],
        typer.Argument(
            metavar="CORPUS...", help="Files and folders, a split each; or the folder of splits."
        ),
    ],
    json: Json = False,
    examples: Annotated[
        int, typer.Option(min=0, help="How many of a kind are shown; errors all are.")
    ] = 3,
    max_length: Annotated[
        int, typer.Option(min=16, help="Characters of a sentence that a model sees.")
    ] = 256,
    min_support: Annotated[
        int, typer.Option(min=1, help="Entities that a label needs to be learned.")
    ] = 50,
    from_: From = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    suspects: By = None,
    limit: Annotated[int, typer.Option(min=1, help="How many suspects are listed.")] = 50,
    folds: Folds = None,
    keep: Keep = None,
    device: Device = "auto",
) -> None:
    """Look a corpus over before training; exit 1 where something cannot be read."""
    judges = asked(suspects or [], folds=folds, keep=keep, device=device)
    from ner.corpus.check.check import Thresholds
    from ner.corpus.check.report import check as look
    from ner.formats import ReadOptions

    with reading_bar(corpus) as watch:
        options = ReadOptions(encoding=encoding, position_digits=position_digits, watch=watch)
        thresholds = Thresholds(max_length, min_support)
        report = look(
            corpus, format=from_, options=options, thresholds=thresholds, examples=examples
        )
    found = None
    if judges and report.has_errors:
        say("suspects are not looked for: not all of the corpus can be read")
    elif judges:
        options = ReadOptions(encoding=encoding, position_digits=position_digits)
        found = told(corpus, judges, format=from_, options=options)
    with output() as stream:
        print((_json if json else _text)(report, found, limit), file=stream)
    if report.has_errors:
        raise typer.Exit(1)


def _json(report: Report, found: Told | None, limit: int) -> str:
    from ner.storage import dumps

    suspects = {} if found is None else {"suspects": found.to_dict(limit)}
    return dumps({**report.to_dict(), **suspects}, indent=2)


def _text(report: Report, found: Told | None, limit: int) -> str:
    """Figures, then findings with their examples, errors first, then suspects."""
    lines = [_figures(report), *(line for kind in report.kinds for line in _kind(kind))]
    suspects = [] if found is None else ["", shown(found, limit)]
    return "\n".join([*lines, *suspects])


def _figures(report: Report) -> str:
    splits = report.corpus.splits
    rows = [
        ["", *(split.name for split in splits)],
        ["documents", *(f"{split.documents:,}" for split in splits)],
        ["sentences", *(f"{split.sentences.number:,}" for split in splits)],
        ["  mean length", *(f"{split.sentences.mean:.1f}" for split in splits)],
        ["  longest", *(f"{split.sentences.longest:,}" for split in splits)],
        ["characters", *(f"{split.size:,}" for split in splits)],
        ["entities", *(f"{split.labels.total():,}" for split in splits)],
        ["  mean length", *(f"{split.entities.mean:.1f}" for split in splits)],
    ]
    counts = [split.labels for split in splits]
    for label in report.corpus.labels:
        rows.append([f"  {label}", *(f"{count[label]:,}" for count in counts)])
    said = [": ".join((one.name, one.path, *_as_read(one.findings))) for one in splits]
    return "\n".join([aligned(rows), "", *map(printable, said)])


def _as_read(findings: Counter[str]) -> list[str]:
    """How the files are written, as it was told: nothing, or one remark."""
    from ner.formats.findings import AS_READ

    told = [f"{count:,} {kind}" for kind, count in (+findings).items() if kind.startswith(AS_READ)]
    return [", ".join(told)] if told else []


def _kind(kind: Kind) -> Iterator[str]:
    splits = ", ".join(f"{name} {count:,}" for name, count in kind.splits.items() if name)
    where = f" ({splits})" if splits else ""
    yield ""
    yield printable(f"{kind.severity}: {kind.count:,} {kind.name}{where}")
    for one in kind.examples:
        yield f"    {_example(one)}"


def _example(finding: Finding) -> str:
    shown = excerpt(finding.example, SAID if finding.severity == "error" else SHOWN)
    return f"{printable(str(finding.place))}: {shown}" if finding.place else shown
