"""``ner bag``: a config in, a folder of models out, each trained without another part of train."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Device, output, report, say, score_table
from ner.cli.train import follow, look_at_test, test_scores

if TYPE_CHECKING:
    from ner.evaluation import Scores
    from ner.settings import Config


def bag(
    config: Annotated[Path, typer.Argument(help="A YAML file of settings; configs/ has some.")],
    folder: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The bag's folder [runs/NAME_OF_CONFIG-bag]."),
    ] = None,
    folds: Annotated[int, typer.Option(min=2, help="Parts of train, and models.")] = 5,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Change a setting: training.epochs=3.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a bag.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Throw old runs away.")] = False,
    device: Device = "auto",
) -> None:
    """Train a model for each fold of train, which it lacks; together they are one tagger."""
    from ner.config import load_config

    settings = load_config(config, set_ or [])
    look_at_test(settings.data)
    place = folder or Path("runs") / f"{config.stem}-bag"
    crossed = made(settings, place, folds=folds, device=device, resume=resume, force=force)
    with output() as stream:
        print(
            f"{folds} models in {place}; train as found by the model that lacked it:", file=stream
        )
        print(score_table(crossed), file=stream)
        if settings.data.test is not None:
            print("test, as found by all of them together:", file=stream)
            print(score_table(test_scores(settings.data, place, place, device)), file=stream)


def made(
    settings: Config, place: Path, *, folds: int, device: str, resume: bool, force: bool
) -> Scores:
    """Trains a bag into a folder; gives the scores of train as found by what lacked it."""
    from ner.tagging.bag import BAG, throw_away, write_bag
    from ner.training.bagging import member_configs, member_name
    from ner.training.run import Run

    names = [member_name(number) for number in range(1, folds + 1)]
    for number, member in enumerate(member_configs(settings, folds)):
        name = names[number]
        run = Run(member, place / name, device=device, resume=resume, force=force)
        if force and not resume and not number:
            throw_away(place, kept=names)
        (place / BAG).unlink(missing_ok=True)  # until all its models are there
        for remark in run.remarks:
            say(f"{name}: {remark}")
        follow(run)
        best = run.progress
        say(f"{name}: best dev F1 {100 * best.best_f1:.2f} at epoch {best.best_epoch}")
    crossed = _cross_validated(settings, place, names, device)
    write_bag(place, names)
    return crossed


def _cross_validated(settings: Config, place: Path, names: list[str], device: str) -> Scores:
    """Writes each document of train as the model tags it that lacked it, and scores that."""
    from ner.corpus.splits import read_split, write_splits
    from ner.evaluation import score
    from ner.formats import Findings
    from ner.tagging.loading import load
    from ner.tagging.out_of_fold import OUT_OF_FOLD, out_of_fold

    data = settings.data
    train = read_split("train", data.paths(data.train), data)
    taggers = [load(place / name, device=device) for name in names]
    found = out_of_fold(train, taggers, seed=settings.seed)
    lost = Findings()
    write_splits([found], [place / OUT_OF_FOLD], lost, format="jsonl")
    report(lost, OUT_OF_FOLD)
    return score(train.documents, found.documents)
