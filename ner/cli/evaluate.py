"""``ner evaluate``: how well a model finds the entities of an annotated file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.annotated import ModelAndFile, annotated, model_and_file
from ner.cli.console import (
    Device,
    Encoding,
    Force,
    From,
    Json,
    PositionDigits,
    output,
    say,
)
from ner.cli.figures import mentions, scored, shown, trained_on, warn_of_unknown
from ner.cli.perturb import Train
from ner.cli.robustness import measure, perturbations, refuse_existing, show

if TYPE_CHECKING:
    from ner.document import Document
    from ner.evaluation import Scores
    from ner.evaluation.analysis import Report, Subject
    from ner.tagging.tagger import Tagger

Kinds = Annotated[
    list[str] | None,
    typer.Option(help="Of errors, as ner perturb --list names them [all]; may be repeated."),
]
Page = Annotated[
    Path | None,
    typer.Option(
        "--report", help="A page beside: all figures, and the errors in their sentences; HTML."
    ),
]


def evaluate(
    places: ModelAndFile,
    from_: From = "auto",
    json: Json = False,
    compare: Annotated[
        Path | None, typer.Option(help="Another model, to be compared on the same file.")
    ] = None,
    resamples: Annotated[
        int, typer.Option(min=0, help="Draws of sentences that intervals are made of; 0: none.")
    ] = 1_000,
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    device: Device = "auto",
    robustness: Annotated[
        bool, typer.Option("--robustness", help="F1 before and after errors in the file, by kind.")
    ] = False,
    kinds: Kinds = None,
    train: Train = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the errors, or of the draws.")] = 1,
    chart: Annotated[Path | None, typer.Option(help="Of the robustness, an SVG file.")] = None,
    page: Page = None,
    force: Force = False,
) -> None:
    """Strict entity precision, recall, F1 and support, by label and overall (micro)."""
    _refuse_what_does_not_go_together(
        robustness, (kinds, chart), whole=(compare, page), train=train, used=bool(json or page)
    )
    wanted = perturbations(kinds or []) if robustness else []
    refuse_existing(chart, page, force=force)
    from ner.evaluation import score
    from ner.evaluation.analysis import report
    from ner.formats import ReadOptions
    from ner.tagging.loading import load

    model, file = model_and_file(places)
    tagger = load(model, device=device)
    gold = annotated(file, from_=from_, encoding=encoding, position_digits=position_digits)
    options = ReadOptions(encoding=encoding, position_digits=position_digits)
    if robustness:
        seen = partial(trained_on, model, train, options)
        results = measure(gold, tagger.pipe_documents, wanted, seed=seed, train=seen)
        return show(results, json=json, chart=chart)
    paths = [model] if compare is None else [model, compare]
    taggers = [tagger, *(load(path, device=device) for path in paths[1:])]
    subjects = [_subject(*one, gold, file) for one in zip(paths, taggers, strict=True)]
    if not (json or compare or page):
        return _print_scores(score(gold, subjects[0].predicted), file)
    known = mentions(model, train, options) if json or page else None
    figures = report(gold, subjects, train=known, resamples=resamples, seed=seed)
    _give(figures, file, json=json, page=page)


def _subject(path: Path, tagger: Tagger, gold: list[Document], file: Path) -> Subject:
    from ner.evaluation.analysis import Subject
    from ner.evaluation.surroundings import epochs

    warn_of_unknown(tagger.labels, gold, path=path, file=file)
    return Subject(str(path), list(tagger.pipe_documents(gold)), epochs(path))


def _print_scores(scores: Scores, file: Path) -> None:
    _print(scored(scores), scores.unscored, file)


def _print(text: str, unscored: int, file: Path) -> None:
    if unscored:
        say(f"{file}: {unscored:,} nested or overlapping entities are left out of the scores")
    with output() as stream:
        print(text, file=stream)


def _give(figures: Report, file: Path, *, json: bool, page: Path | None) -> None:
    """The table or JSON, and then the page, if it is wanted."""
    from ner.evaluation.report import page as written
    from ner.storage import dumps, write_text

    text = dumps(figures.to_dict(), indent=2) if json else shown(figures)
    _print(text, figures.analyses[0].scores.unscored, file)
    if page:
        write_text(page, written(figures, file=str(file)))


def _refuse_what_does_not_go_together(
    robustness: bool,
    others: Sequence[object],
    *,
    whole: Sequence[object],
    train: Path | None,
    used: bool,
) -> None:
    if not robustness and any(others):
        raise typer.BadParameter("--kinds and --chart go with --robustness")
    if robustness and any(whole):
        raise typer.BadParameter("--compare and --report do not go with --robustness")
    if train and not (robustness or used):
        raise typer.BadParameter("--train goes with --robustness, --json or --report")
