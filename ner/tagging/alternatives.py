"""What a text may show besides: other entities, with the probability that they are all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from ner.document import Entity


@dataclass(frozen=True, slots=True)
class Alternative:
    """All entities of a text by one path of tags, and the probability of that path.

    Its entities have no scores: how probable each is, whatever the others are, the best path says.
    """

    entities: tuple[Entity, ...]
    probability: float

    def moved(self, offset: int) -> Alternative:
        """The same in a text where it stands ``offset`` characters later."""
        return Alternative(tuple(one.moved(offset) for one in self.entities), self.probability)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        entities = [entity.to_dict() for entity in self.entities]
        return {"entities": entities, "probability": round(self.probability, 6)}


NOTHING = Alternative((), 1.0)  # of a text without a character


def combined(parts: Iterable[Sequence[Alternative]], count: int) -> list[Alternative]:
    """The ``count`` most probable alternatives of a text whose sentences are tagged by themselves.

    Their probabilities are products, so this is exact; none if a sentence has none.
    """
    best = [NOTHING]
    for part in parts:
        pairs = [
            Alternative(one.entities + other.entities, one.probability * other.probability)
            for one, other in product(best, part)
        ]
        best = sorted(pairs, key=lambda one: -one.probability)[:count]
    return best
