"""Looking for a learning rate: what the loss does while the rate rises, on a throw-away copy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

import torch
from accelerate import Accelerator

from ner.features.batch import Batch
from ner.training.loop import Task, batches_of_epoch
from ner.training.optimiser import OPTIMISERS
from ner.training.step import step

LOWEST, HIGHEST, STEPS = 1e-6, 1.0, 150
SMOOTHING = 0.9  # of the losses: each is a mean over about ten steps
DIVERGED = 4.0  # how many times the lowest loss is too much
LEAST = 10  # steps before a loss can diverge, and before a fall of it means something
SAFETY = 10.0  # the lowest loss is near the edge: a rate of use is so many times lower


@dataclass(frozen=True, slots=True)
class Tried:
    """A step, its rate, and the loss of its batch before the step."""

    rate: float
    loss: float  # of a character, so that batches of short and of long sentences compare
    smoothed: float  # the moving mean of the losses


@dataclass(frozen=True, slots=True)
class RateSearch:
    """The steps that were made, with rising rates."""

    tried: tuple[Tried, ...]
    diverged: bool

    @property
    def suggested(self) -> float | None:
        """A tenth of the rate at which the smoothed loss is lowest; None if it never falls."""
        losses = [one.smoothed for one in self.tried]
        lowest = losses.index(min(losses)) if losses else 0
        return self.tried[lowest].rate / SAFETY if lowest >= LEAST else None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        rows = [asdict(one) for one in self.tried]
        return {"suggested": self.suggested, "diverged": self.diverged, "tried": rows}


def search(
    task: Task,
    accelerator: Accelerator,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int = STEPS,
) -> RateSearch:
    """The learning-rate range test (Smith 2017): the rate rises exponentially, a step a rate.

    It stops where the smoothed loss is four times its lowest, or no number. The task's network
    stays as it is. The seed decides the result.

    Args:
        task: what is learned.
        accelerator: brings devices, mixed precision and several processes.
        lowest: the first rate.
        highest: the last one.
        steps: how many there are, at least 2.
    """
    network = deepcopy(task.network).train()
    fresh = OPTIMISERS[task.settings.optimiser](network, task.settings)
    model, optimiser = accelerator.prepare(network, fresh)
    torch.manual_seed(task.seed + accelerator.process_index)
    tried: list[Tried] = []
    mean, best = 0.0, math.inf
    for place, batch in zip(range(steps), _batches(task, accelerator), strict=False):
        rate = lowest * (highest / lowest) ** (place / (steps - 1))
        share = rate / task.settings.learning_rate  # so that all groups rise alike
        whole = step(model, optimiser, accelerator, batch, share, task.settings)
        loss = whole * len(batch.mask) / batch.size
        value = float(accelerator.reduce(loss, "mean"))  # the same in all processes
        mean = SMOOTHING * mean + (1 - SMOOTHING) * value
        smoothed = mean / (1 - SMOOTHING ** (place + 1))
        if not math.isfinite(smoothed) or (place >= LEAST and smoothed > DIVERGED * best):
            return RateSearch(tuple(tried), diverged=True)
        tried.append(Tried(rate, value, smoothed))
        best = min(best, smoothed)
    return RateSearch(tuple(tried), diverged=False)


def _batches(task: Task, accelerator: Accelerator) -> Iterator[Batch]:
    """Those of an epoch after the other, without end."""
    for epoch in count(1):
        yield from batches_of_epoch(task, accelerator, epoch=epoch)
