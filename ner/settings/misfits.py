"""Settings that are right by themselves and do not go together, a line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ner.settings import Config
from ner.storage import dumps


@dataclass(frozen=True, slots=True)
class Misfit:
    """A setting that needs another one.

    Args:
        key: of the setting, a number, a switch or a table.
        unless: what must hold of the settings if it is over ``harmless``.
        why: is said where it does not; ``{decoder}`` stands for the kind that is set.
        harmless: the highest number that needs nothing else.
    """

    key: str
    unless: Callable[[Config], Any]
    why: str
    harmless: float = 0

    def of(self, config: Config) -> str | None:
        """What is wrong with these settings; None if nothing is."""
        value = _value(config, self.key)
        size = len(value) if isinstance(value, dict) else value
        if not size > self.harmless or self.unless(config):
            return None
        why = self.why.format(decoder=config.model.decoder.kind)
        return f"{self.key}: got {_shown(value)}: {why}"


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else dumps(value)


def _value(config: Config, key: str) -> Any:
    """The setting's; 0 where a group on the way to it is not set."""
    value: Any = config
    for name in key.split("."):
        value = getattr(value, name) if value is not None else 0
    return value or 0


compares = attrgetter("model.decoder.compares")

MISFITS = (
    Misfit(
        "init_labels",
        unless=attrgetter("init_from"),
        why="there is no init_from, the model whose labels they would be",
    ),
    Misfit(
        "features.context",
        unless=attrgetter("model.attention"),
        why="only attention looks at the sentences before, and model.attention is none",
    ),
    Misfit(
        "model.multi_sample_dropout",
        unless=attrgetter("model.dropout"),
        why="its masks are of model.dropout, which is 0",
        harmless=1,
    ),
    Misfit(
        "training.r_drop",
        unless=compares,
        why="the decoder {decoder} cannot compare two passes; crf and softmax can",
    ),
    Misfit(
        "data.labelled.soft",
        unless=attrgetter("model.decoder.softens"),
        why="the decoder {decoder} learns from hard tags alone; crf and softmax can",
    ),
    Misfit(
        "training.consistency",
        unless=compares,
        why="the decoder {decoder} cannot compare two texts; crf and softmax can",
    ),
    Misfit(
        "training.threshold",
        unless=compares,
        why="the decoder {decoder} knows no other entities than it writes; crf and softmax do",
    ),
    Misfit(
        "training.consistency",
        unless=attrgetter("augmentation.kinds"),
        why="there are no changed copies to compare: augmentation.kinds names none",
    ),
)


def misfit(config: Config) -> str | None:
    """The first of ``MISFITS`` that the settings have; None if they have none."""
    return next((said for one in MISFITS if (said := one.of(config))), None)
