"""``ner bag``: a config in, a folder of models out that are one tagger together.

Each lacks another part of train, or all learn from the whole of it and each has another seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Device, output, report, say, score_table
from ner.cli.train import calibrated, follow, look_at_test, test_scores

if TYPE_CHECKING:
    from ner.document import Document
    from ner.evaluation import Scores
    from ner.settings import Config
    from ner.training.bagging import Members

FOLDS = 5


def bag(
    config: Annotated[Path, typer.Argument(help="A YAML file of settings; configs/ has some.")],
    folder: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The bag's folder [runs/NAME_OF_CONFIG-bag]."),
    ] = None,
    folds: Annotated[
        int | None, typer.Option(min=2, help=f"Parts of train, and models [{FOLDS}].")
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=2, help="Instead: models of the whole of train, a seed each."),
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Change a setting: training.epochs=3.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a bag.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Throw old runs away.")] = False,
    device: Device = "auto",
) -> None:
    """Train several models that are one tagger: each lacks a fold of train, or has its own seed."""
    from ner.config import load_config

    if folds is not None and seeds is not None:
        raise typer.BadParameter("they do not go together", param_hint="--folds, --seeds")
    settings = load_config(config, set_ or [])
    place = folder or Path("runs") / f"{config.stem}-bag"
    look_at_test(settings.data)
    tables: dict[str, Scores | None] = {}
    if seeds is None:
        count = folds or FOLDS
        crossed = made(settings, place, folds=count, device=device, resume=resume, force=force)
        tables["train as found by the model that lacked it"] = crossed
    else:
        count = seeds
        dev = of_seeds(settings, place, seeds=count, device=device, resume=resume, force=force)
        tables["dev as found by all of them together"] = dev
    if settings.data.test is not None:
        test = test_scores(settings.data, place, place, device)
        tables["test as found by all of them together"] = test
    with output() as stream:
        print(f"{count} models in {place}", file=stream)
        for title, own in tables.items():
            if own is not None:
                print(f"{title}:\n{score_table(own)}", file=stream)


def made(
    settings: Config, place: Path, *, folds: int, device: str, resume: bool, force: bool
) -> Scores:
    """Trains a bag of folds into a folder; gives the scores of train as found by what lacked it."""
    from ner.tagging.bag import write_bag
    from ner.training.bagging import of_folds

    members = of_folds(settings, folds)
    dev = _trained(members, place, device=device, resume=resume, force=force)
    crossed = _cross_validated(settings, place, members, device)
    write_bag(place, members)
    if settings.data.dev is not None:
        _calibrated(place, dev, settings, device)
    return crossed


def of_seeds(
    settings: Config, place: Path, *, seeds: int, device: str, resume: bool, force: bool
) -> Scores | None:
    """Trains a bag of seeds into a folder; gives its scores on dev, if the config names one.

    Without, each model has held out another part of train.
    """
    from ner.evaluation import score
    from ner.tagging.bag import write_bag
    from ner.tagging.loading import load
    from ner.training import bagging

    members = bagging.of_seeds(settings, seeds)
    dev = _trained(members, place, device=device, resume=resume, force=force)
    write_bag(place, members)
    if settings.data.dev is None:
        return None
    _calibrated(place, dev, settings, device)
    return score(dev, list(load(place, device=device).pipe_documents(dev)))


def _trained(
    members: Members, place: Path, *, device: str, resume: bool, force: bool
) -> Sequence[Document]:
    """Trains each member into its folder; gives the dev set of the last one.

    Raises:
        ModelError: a run of a bag of another kind or size is in the way.
    """
    from ner.errors import ModelError
    from ner.tagging.bag import BAG, throw_away
    from ner.training.bagging import runs_in
    from ner.training.run import Run

    strange = sorted(run.name for run in runs_in(place) if run.name not in members)
    if strange and (resume or not force):
        why = f"there is a run already, {strange[0]}, that is none of this bag's"
        raise ModelError(f"{place}: {why}: --force starts anew, -o takes another folder")
    dev: Sequence[Document] = ()
    for number, (name, member) in enumerate(members.items()):
        run = Run(member, place / name, device=device, resume=resume, force=force)
        if force and not resume and not number:
            throw_away(place, kept=members)
        (place / BAG).unlink(missing_ok=True)  # until all its models are there
        for remark in run.remarks:
            say(f"{name}: {remark}")
        follow(run)
        best, dev = run.progress, run.task.dev_gold
        say(f"{name}: best dev F1 {100 * best.best_f1:.2f} at epoch {best.best_epoch}")
    return dev


def _calibrated(place: Path, dev: Sequence[Document], settings: Config, device: str) -> None:
    """Fits the scores of the bag to the dev set of all its members."""
    from ner.calibration import CALIBRATION

    (place / CALIBRATION).unlink(missing_ok=True)  # of a bag before
    calibrated(place, dev, threshold=settings.training.threshold, device=device)


def _cross_validated(settings: Config, place: Path, names: Members, device: str) -> Scores:
    """Writes each document of train as the model tags it that never saw it, and scores that."""
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
