"""What the figures of a model are made with, and how two models' are shown beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ner.cli.console import say, score_table
from ner.cli.table import aligned
from ner.printing import printable

if TYPE_CHECKING:
    from ner.document import Document
    from ner.evaluation import Scores
    from ner.evaluation.analysis import Report
    from ner.evaluation.groups import Train
    from ner.formats import ReadOptions


def scored(scores: Scores) -> str:
    """The scores by label as a table, and how sure the model's own are."""
    error = scores.calibration_error
    surety = "" if error is None else f"\nexpected calibration error of the scores: {error:.4f}"
    return score_table(scores) + surety


def warn_of_unknown(
    labels: Sequence[str], gold: Sequence[Document], *, path: Path, file: Path
) -> None:
    """Says which labels of the file the model cannot find."""
    counts = Counter(one.label for document in gold for one in document.entities)
    lacking = {label: number for label, number in counts.items() if label not in labels}
    if lacking:
        listed = ", ".join(f"{printable(label)} {n:,}" for label, n in sorted(lacking.items()))
        say(f"{file} has labels that {path} does not know: {listed}")


def trained_on(
    model: Path, train: Path | None, options: ReadOptions, without: str
) -> Sequence[Document] | None:
    """What a model was trained on: the file that is named, or that its run's settings name.

    Where neither is known it is None, and it is said what is so ``without`` it.
    """
    from ner.corpus.splits import read_files
    from ner.evaluation.surroundings import train_of
    from ner.tagging.bag import all_members

    if train is not None:
        return read_files("train", [train], options=options).documents
    documents, place = train_of(all_members([model])[0])
    if documents is None:
        say(f"{without}: {place}; --train names the file")
    return documents


def mentions(model: Path, train: Path | None, options: ReadOptions) -> Train | None:
    """The mentions of train; None, and a remark, where its file is not known."""
    from ner.evaluation.groups import known

    without = "seen and unseen mentions are not told apart"
    documents = trained_on(model, train, options, without)
    return None if documents is None else known(documents)


def shown(figures: Report) -> str:
    """A table for each model, and how the second differs from the first."""
    first, *others = figures.analyses
    if not others:
        return scored(first.scores)
    parts = [f"{one.name}\n{scored(one.scores)}" for one in figures.analyses]
    if figures.differences:
        rows = [("F1 of the second minus the first", "difference", "95 % interval", "p")]
        for label, one in figures.differences.items():
            low, high = (f"{100 * end:+.2f}" for end in one.interval)
            name = "all (micro)" if label is None else label
            rows.append((name, f"{100 * one.f1:+.2f}", f"{low} … {high}", f"{one.p:.3f}"))
        note = f"{figures.resamples:,} draws of {len(first.pairs):,} sentences"
        parts.append(f"{aligned(rows)}\n{note}")
    return "\n\n".join(parts)
