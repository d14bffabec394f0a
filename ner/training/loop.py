"""The training loop: a generator of epochs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator

from ner.document import Document, Entity
from ner.errors import NerError
from ner.evaluation import Scores, score
from ner.features.batch import Batch, plan
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.settings import TrainingSettings
from ner.tags import decode
from ner.training.average import Average
from ner.training.checkpoint import Progress
from ner.training.examples import Examples
from ner.training.optimiser import learning_rate, share
from ner.training.step import step


@dataclass(frozen=True, slots=True)
class Epoch:
    """What an epoch came to; speeds are of its training part."""

    number: int
    loss: float
    scores: Scores
    best: bool
    seconds: float
    characters_per_second: float
    learning_rate: float
    progress: Progress

    def to_dict(self) -> dict[str, Any]:
        """A line of ``metrics.jsonl``."""
        dev = {"precision", "recall", "f1"}
        overall = {f"dev_{k}": v for k, v in asdict(self.scores.overall).items() if k in dev}
        return {
            "epoch": self.number,
            "loss": self.loss,
            **overall,
            "dev_predicted": self.scores.predicted,
            "best": self.best,
            "seconds": round(self.seconds, 3),
            "characters_per_second": round(self.characters_per_second),
            "learning_rate": self.learning_rate,
        }


@dataclass(frozen=True, slots=True)
class Task:
    """What is learned from what, and judged on what; ``average`` is judged and kept.

    ``train`` is what every epoch has; ``copies`` gives what each has beside it, if it is drawn
    anew.
    """

    network: Network
    average: Average
    tags: Sequence[str]
    train: Examples
    dev: Examples
    dev_gold: Sequence[Document]
    settings: TrainingSettings
    seed: int
    copies: Callable[[int], Examples] | None = None

    def examples(self, epoch: int) -> Examples:
        """What an epoch, counted from 1, is learned from."""
        return self.train if self.copies is None else self.train.and_then(self.copies(epoch))


def epochs(
    task: Task,
    accelerator: Accelerator,
    optimiser: torch.optim.Optimizer,
    *,
    start: Progress,
    advance: Callable[[int], None],
) -> Iterator[Epoch]:
    """Trains on from ``start`` and yields after every epoch, until the last one or patience ends.

    Args:
        task: what is learned.
        accelerator: brings devices, mixed precision and several processes.
        optimiser: of the network's parameters.
        start: how far the run has come.
        advance: told of the number of characters after each batch.
    """
    model, optimiser = accelerator.prepare(task.network, optimiser)
    task.average.network.to(accelerator.device)
    steps = len(batches_of_epoch(task, accelerator, epoch=1)) * task.settings.epochs
    progress = start
    while not _finished(progress, task.settings):
        number = progress.epoch + 1
        began = time.perf_counter()
        batches = batches_of_epoch(task, accelerator, epoch=number)
        model.train()
        torch.manual_seed(_seed(task.seed, number, accelerator.process_index))
        losses = []
        for place, batch in enumerate(batches):
            now = progress.step + place
            part = share(now, steps, task.settings)
            losses.append(step(model, optimiser, accelerator, batch, part, task.settings))
            task.average.update(accelerator.unwrap_model(model), now)
            advance(batch.size)
        loss = float(torch.stack(losses).mean())
        trained = time.perf_counter() - began
        _check(loss, number)
        found = predict(task.average.network, task.dev, task.dev_gold, task.tags)
        scores = score(task.dev_gold, found)
        progress = _advanced(progress, len(batches), scores.overall.f1)
        yield Epoch(
            number=number,
            loss=loss,
            scores=scores,
            best=progress.best_epoch == number,
            seconds=time.perf_counter() - began,
            characters_per_second=sum(batch.size for batch in batches) / trained,
            learning_rate=learning_rate(progress.step - 1, steps, task.settings),
            progress=progress,
        )


def predict(
    network: Network, examples: Examples, documents: Sequence[Document], tags: Sequence[str]
) -> list[Document]:
    """The documents with the entities that the network finds."""
    network.eval()
    device = next(network.parameters()).device
    found: list[list[str]] = [[] for _ in examples.examples]
    for places in plan(examples.costs, budget=8192):
        decoded = network.decode(Inputs.of(examples.batch(places), device))
        for place, numbers in zip(places, decoded.tags, strict=True):
            found[place] = [tags[number] for number in numbers]
    remaining = iter(found)
    return [_tagged(document, remaining) for document in documents]


def _tagged(document: Document, pieces: Iterator[list[str]]) -> Document:
    """The document with the entities in its pieces' tags, which together are as long as it."""
    tags: list[str] = []
    while len(tags) < len(document.text):
        tags += next(pieces)
    spans = decode(tags)
    entities = (Entity(document.text[start:end], label, start, end) for start, end, label in spans)
    return document.with_entities(tuple(entities))


def batches_of_epoch(task: Task, accelerator: Accelerator, *, epoch: int) -> list[Batch]:
    """This process's share of an epoch's batches; every process has the same number."""
    generator = np.random.default_rng([task.seed, epoch])
    examples = task.examples(epoch)
    planned = plan(
        examples.costs,
        budget=task.settings.batch_characters,
        generator=generator,
        noise=task.settings.length_noise,
    )
    processes = accelerator.num_processes
    rounds = -(-len(planned) // processes)
    own = range(accelerator.process_index, rounds * processes, processes)
    return [examples.batch(planned[place % len(planned)]) for place in own]


def _seed(seed: int, epoch: int, process: int) -> int:
    return int(np.random.SeedSequence([seed, epoch, process]).generate_state(1)[0])


def _finished(progress: Progress, settings: TrainingSettings) -> bool:
    waited = progress.epoch - progress.best_epoch
    return progress.epoch >= settings.epochs or waited >= settings.patience


def _advanced(progress: Progress, steps: int, f1: float) -> Progress:
    epoch, step = progress.epoch + 1, progress.step + steps
    if f1 > progress.best_f1:
        return replace(progress, epoch=epoch, step=step, best_epoch=epoch, best_f1=f1)
    return replace(progress, epoch=epoch, step=step)


def _check(loss: float, epoch: int) -> None:
    if not math.isfinite(loss):
        raise NerError(
            f"the loss is {loss} in epoch {epoch}: lower training.learning_rate or training.clip"
        )
