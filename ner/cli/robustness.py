"""``ner evaluate --robustness``: how much of the F1 stays when the file has errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ner.cli.console import output, progress_bar, say
from ner.cli.table import aligned
from ner.cli.values import usage

if TYPE_CHECKING:
    from ner.corpus.perturbation import Asked
    from ner.document import Document
    from ner.evaluation.robustness import Robustness, Tag

UNKNOWN = "unseen and cross know the mentions of the file alone"  # without what was trained on


def perturbations(kinds: Sequence[str]) -> list[Asked]:
    """What the kinds ask for, or all there are if none is named.

    Raises:
        BadParameter: a kind, a setting or its value is unknown.
    """
    from ner.corpus.perturbation import PERTURBATIONS, asked

    with usage("--kinds"):
        return [one for kind in kinds or PERTURBATIONS for one in asked(kind)]


def measure(
    gold: Sequence[Document],
    tag: Tag,
    wanted: Sequence[Asked],
    *,
    seed: int,
    train: Callable[[str], Sequence[Document] | None],
) -> list[Robustness]:
    """The results for what is asked for; ``train`` is asked only if it matters."""
    from ner.corpus.augmentation import Material
    from ner.evaluation.robustness import robustness

    seen = train(UNKNOWN) if any(one.needs_train for one in wanted) else None
    material = Material(gold, train=seen)
    results = []
    with progress_bar("{task.description}", "{task.completed} of {task.total}") as bar:
        task = bar.add_task("perturbations", total=len(wanted)) if bar else None
        for one in robustness(gold, tag, wanted, seed=seed, material=material):
            results.append(one)
            if bar and task is not None:
                bar.advance(task)
    return results


def show(results: Sequence[Robustness], *, json: bool, chart: Path | None) -> None:
    """The results as a table or JSON on stdout, and as a picture if there is to be one."""
    from ner.storage import dumps, whole_file

    if chart is not None:
        from ner.evaluation.robustness_chart import chart as drawn

        picture = drawn(results)
        with whole_file(chart) as stream:
            stream.write(picture)
    unscored = max((one.before.unscored for one in results), default=0)
    if unscored:
        say(f"{unscored:,} nested or overlapping entities are left out of the scores")
    with output() as stream:
        listed = [one.to_dict() for one in results]
        print(dumps(listed, indent=2) if json else table(results), file=stream)


def refuse_existing(*wanted: Path | None, force: bool) -> None:
    """Raises what would go wrong in writing these files, before anything is computed."""
    from ner.errors import CorpusError
    from ner.storage import is_kept

    for file in wanted:
        if file is not None and file.is_dir():
            raise CorpusError("is a folder; a file is to be written", path=file)
        if file is not None and is_kept(file) and not force:
            raise CorpusError("is there already; --force overwrites it", path=file)


def table(results: Sequence[Robustness]) -> str:
    """A row for each kind, with its settings, and strength; F1 in per cent."""
    rows = [("kind", "strength", "changed", "entities", "F1 before", "after", "retained")]
    for one in results:
        before, after = one.before.overall, one.after.overall
        kept = "–" if one.retained is None else f"{100 * one.retained:.1f} %"
        figures = (f"{100 * before.f1:.2f}", f"{100 * after.f1:.2f}", kept)
        share = f"{one.changed:,} of {one.documents:,}"
        rows.append((one.name, f"{one.strength:g}", share, f"{after.support:,}", *figures))
    return aligned(rows)
