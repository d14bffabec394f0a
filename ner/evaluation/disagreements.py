"""PAIR → DISAGREEMENTS: the stretches of a sentence where its two layers of entities differ.

Entities of both layers that overlap, directly or by way of others, are in one stretch, so that what
is wrong in one place is told once. Outside of all stretches both layers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ner.document import Entity
from ner.evaluation.kinds import BOTH, INVENTED, MISSED, TYPE, matches
from ner.evaluation.kinds import BOUNDARY as OTHER_ENDS
from ner.evaluation.pairs import Pair

LABEL, BOUNDARY, LABEL_AND_BOUNDARY = "label", "boundary", "label and boundary"
SUPERFLUOUS, MISSING = "superfluous", "missing"
# What is wrong with the gold layer if the other one is right; of several matches the first counts.
KINDS = {
    TYPE: LABEL,
    OTHER_ENDS: BOUNDARY,
    BOTH: LABEL_AND_BOUNDARY,
    MISSED: SUPERFLUOUS,
    INVENTED: MISSING,
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stretch ``start…end`` of a sentence, and the entities that each layer has there.

    ``kind`` is what is wrong with the gold layer, if something is: ``label``, ``boundary``, ``label
    and boundary``, ``superfluous`` (no entity is found there) or ``missing`` (none is annotated).
    """

    kind: str
    start: int
    end: int
    gold: tuple[Entity, ...]
    predicted: tuple[Entity, ...]


def disagreements(pair: Pair) -> list[Disagreement]:
    """All of a sentence, in the order of their places."""
    return [
        Disagreement(_kind(gold, found), start, end, gold, found)
        for start, end, gold, found in _stretches(pair)
        if _spans(gold) != _spans(found)
    ]


def _stretches(
    pair: Pair,
) -> Iterator[tuple[int, int, tuple[Entity, ...], tuple[Entity, ...]]]:
    """Each stretch that entities of either layer cover, and those of both."""
    both = [(one, 0) for one in pair.gold] + [(one, 1) for one in pair.predicted]
    own: tuple[list[Entity], list[Entity]] = ([], [])
    start = end = 0
    for entity, layer in sorted(both, key=lambda one: (one[0].start, one[0].end)):
        if entity.start >= end and any(own):
            yield start, end, tuple(own[0]), tuple(own[1])
            own = ([], [])
        start = start if any(own) else entity.start
        end = max(end, entity.end)
        own[layer].append(entity)
    if any(own):
        yield start, end, tuple(own[0]), tuple(own[1])


def _kind(gold: Sequence[Entity], found: Sequence[Entity]) -> str:
    met = {one.kind for one in matches(Pair("", tuple(gold), tuple(found)))}
    return next(said for kind, said in KINDS.items() if kind in met)


def _spans(entities: Iterable[Entity]) -> list[tuple[int, int, str]]:
    return [(one.start, one.end, one.label) for one in entities]
