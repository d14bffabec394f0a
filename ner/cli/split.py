"""``ner split``: one corpus in, files for training, development and test out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Encoding, Force, From, PositionDigits, To, output, report
from ner.cli.table import aligned
from ner.cli.values import usage

if TYPE_CHECKING:
    from ner.corpus.splits import Split


def split(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="IN...", help="Annotated files and folders.")
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="The folder of the parts.")],
    ratio: Annotated[
        str, typer.Option(help="Sizes of train, dev and test; two are train and dev.")
    ] = "8:1:1",
    seed: Annotated[int, typer.Option(min=0, help="Decides what goes where.")] = 1,
    by: Annotated[
        str, typer.Option(help="document, kept whole, or sentence, each on its own.")
    ] = "document",
    keep_leaks: Annotated[
        bool, typer.Option("--keep-leaks", help="Let one text stand in several parts.")
    ] = False,
    to: To = "columns",
    from_: From = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Divide a corpus: every label in proportion, no text in two parts."""
    from ner.corpus.division import UNITS, Plan, divide, parse_ratio
    from ner.corpus.splits import plan_files, read_files, write_splits
    from ner.errors import choose
    from ner.formats import Findings, ReadOptions

    with usage("--ratio"):
        sizes = parse_ratio(ratio)
    with usage("--by"):
        choose(by, UNITS, kind="unit of division")
    plan = Plan(sizes, seed, by, keep_leaks)
    files = plan_files(plan.names, out, format=to, inputs=inputs, force=force)
    options = ReadOptions(encoding=encoding, position_digits=position_digits)
    whole = read_files("all", inputs, format=from_, options=options)
    report(whole.counts, whole.path)
    findings = Findings()
    parts = divide(whole, plan, findings)
    report(findings, whole.path)
    lost = Findings()
    write_splits(parts, files, lost, format=to)
    report(lost, str(out))
    with output() as stream:
        print(aligned(_rows(parts)), file=stream)


def _rows(parts: Sequence[Split]) -> list[list[str]]:
    """A row for each figure: of each part its number, and its percentage of all."""
    counts = [part.labels for part in parts]
    labels = sum(counts, Counter[str]())
    rows = [
        ["", *(cell for part in parts for cell in (part.name, "%"))],
        ["documents", *_shares([len(part.documents) for part in parts])],
        ["sentences", *_shares([len(part.sentences) for part in parts])],
        ["entities", *_shares([part.total() for part in counts])],
    ]
    for label in sorted(labels, key=lambda one: (-labels[one], one)):
        rows.append([f"  {label}", *_shares([part[label] for part in counts])])
    return rows


def _shares(values: Sequence[int]) -> list[str]:
    whole = max(1, sum(values))
    return [cell for value in values for cell in (f"{value:,}", f"{100 * value / whole:.1f}")]
