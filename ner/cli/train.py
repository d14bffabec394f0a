"""``ner train``: a config in, a run folder with a trained model out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Device, Json, output, progress_bar, say, score_table
from ner.cli.rates import find_rate

if TYPE_CHECKING:
    from ner.document import Document
    from ner.evaluation import Scores
    from ner.settings import DataSettings
    from ner.training.loop import Epoch
    from ner.training.run import Run


def train(
    config: Annotated[Path, typer.Argument(help="A YAML file of settings; configs/ has some.")],
    run: Annotated[
        Path | None, typer.Option("-o", "--output", help="The run folder [runs/NAME_OF_CONFIG].")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Change a setting: training.epochs=3.")
    ] = None,
    init_from: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Go on from this model: a folder, or a name."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Throw an old run away.")] = False,
    device: Device = "auto",
    find_lr: Annotated[
        bool, typer.Option("--find-lr", help="Train nothing: look for a learning rate.")
    ] = False,
    json: Json = False,
) -> None:
    """Train a tagger: the best epoch by dev F1 is kept; a test set is scored once, at the end."""
    from ner.config import load_config
    from ner.training.run import Run

    if find_lr and (run is not None or resume or force):
        raise typer.BadParameter("--find-lr has no run folder: leave -o, --resume, --force out")
    if json and not find_lr:
        raise typer.BadParameter("only --find-lr prints JSON; a run has metrics.jsonl")
    settings = load_config(config, [*(set_ or []), *_beginning(init_from)])
    if find_lr:
        find_rate(settings, device=device, json=json)
        return
    look_at_test(settings.data)
    folder = run or Path("runs") / config.stem
    began = time.perf_counter()
    ready = Run(settings, folder, device=device, resume=resume, force=force)
    _introduce(ready)
    follow(ready)
    own = ready.config.training.threshold
    calibrated(ready.model, ready.task.dev_gold, threshold=own, device=device)
    best = ready.progress
    seconds = time.perf_counter() - began
    with output() as stream:
        head = f"best dev F1 {100 * best.best_f1:.2f} at epoch {best.best_epoch}"
        print(f"{head}, {seconds:.0f} s, model in {ready.model}", file=stream)
        if settings.data.test is not None:
            scores = test_scores(ready.config.data, ready.model, ready.folder, device)
            print(score_table(scores), file=stream)


def _beginning(model: str | None) -> list[str]:
    """The setting that names the model to go on from, if one is named."""
    from ner.storage import dumps

    return [] if model is None else [f"init_from={dumps(model)}"]


def _introduce(run: Run) -> None:
    """Says what a user should know of a run before it trains."""
    for remark in run.remarks:
        say(remark)
    device = run.accelerator.device
    say(f"device {device}; {run.parameters:,} parameters; run folder {run.folder}")
    if run.progress.epoch:
        say(f"resuming after epoch {run.progress.epoch}")


def calibrated(model: Path, dev: Sequence[Document], *, threshold: bool, device: str) -> None:
    """Fits the scores of a model or bag to its dev set."""
    from ner.tagging.calibrating import FEWEST, calibrate_folder

    fitted = calibrate_folder(model, dev, device=device, threshold=threshold)
    if fitted.chosen is None:
        why = f"{fitted.entities:,} entities found in dev, expected {FEWEST} or more"
        say(f"scores are not calibrated: {why}")
        return
    after, before = fitted.trials[fitted.chosen].error, fitted.trials["none"].error
    say(f"scores calibrated on dev ({fitted.chosen}): ECE {before:.4f} before, {after:.4f} after")
    if fitted.threshold:
        say(f"on dev: {fitted.threshold}")


def look_at_test(data: DataSettings) -> None:
    """Makes sure that the test set, if there is one, can be read once training is done.

    Raises:
        CorpusError: it cannot.
    """
    from ner.corpus.splits import look_through

    if data.test is not None:
        look_through(data.paths(data.test), data)


def test_scores(data: DataSettings, model: Path, folder: Path, device: str) -> Scores:
    """A model's scores on the test set, also written into the folder."""
    from ner.corpus.splits import read_split
    from ner.evaluation import score
    from ner.storage import dumps, write_text
    from ner.tagging.loading import load
    from ner.training.run_folder import TEST

    split = read_split("test", data.paths(data.test), data)
    say(f"test: {len(split.sentences):,} sentences from {split.path}")
    tagger = load(model, device=device)
    scores = score(split.documents, list(tagger.pipe_documents(split.documents)))
    write_text(folder / TEST, dumps(scores.to_dict(), indent=2) + "\n")
    return scores


def follow(run: Run) -> None:
    """Trains, with a bar on a terminal and a line an epoch anywhere."""
    from ner.training.advice import nothing_found

    with progress_bar("{task.description}", "{task.percentage:>3.0f} %") as bar:
        task = bar.add_task("training", total=run.characters) if bar else None

        def advance(characters: int) -> None:
            if bar is not None and task is not None:
                bar.advance(task, characters)

        for epoch in run.epochs(advance):
            line = _line(epoch)
            if bar is not None and task is not None:
                bar.console.print(line, highlight=False)
                bar.reset(task, description=f"epoch {epoch.number + 1}")
            else:
                say(line)
            advice = nothing_found(epoch)
            if advice:
                say(f"warning: {advice}")


def _line(epoch: Epoch) -> str:
    dev = epoch.scores.overall
    figures = f"P {100 * dev.precision:5.2f}  R {100 * dev.recall:5.2f}  F1 {100 * dev.f1:5.2f}"
    speed = f"{epoch.seconds:6.1f} s  {epoch.characters_per_second:8,.0f} characters/s"
    best = "  best so far" if epoch.best else ""
    return f"epoch {epoch.number:3d}  loss {epoch.loss:8.3f}  dev {figures}  {speed}{best}"
