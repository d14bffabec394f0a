"""What a user can choose about training on, on raw text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ner.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Plan:
    """How a transformer is trained on.

    Args:
        length: pieces of a block, its special ones included.
        batch: pieces of a step.
        epochs: how often all blocks are gone through.
        minutes: it ends by then, if not before; None for no such end.
        rate: the highest learning rate of what is trained already.
        new_rate: as many times that of a head that begins at random.
        warmup: the share of the way over which the rate rises; then it falls to 0.
        decay: of weights that are no norms and no biases.
        clip: the largest norm of a gradient.
        masked: the share of pieces that are to be filled in.
        longest: pieces of a masked stretch, at most.
        held_out: the share of blocks that are measured and not trained on, if they are many.
        seed: of all that is drawn.

    Raises:
        ConfigError: what is to be a number is none, or infinite.
    """

    length: int = 128
    batch: int = 16_384
    epochs: int = 1
    minutes: float | None = None
    rate: float = 1e-4
    new_rate: float = 10.0
    warmup: float = 0.06
    decay: float = 0.01
    clip: float = 1.0
    masked: float = 0.15
    longest: int = 4
    held_out: float = 0.005
    seed: int = 1

    def __post_init__(self) -> None:
        numbers = {"learning-rate": self.rate, "masked": self.masked, "minutes": self.minutes or 0}
        for option, number in numbers.items():
            if not math.isfinite(number):
                raise ConfigError(f"--{option}: got {number}, expected a finite number")

    def share(self, passed: float) -> float:
        """What of its highest the rate has when this share of the way has passed."""
        if passed < self.warmup:
            return passed / self.warmup
        return max(0.0, 1 - passed) / (1 - self.warmup)
