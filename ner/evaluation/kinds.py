"""PAIR → MATCHES: which predicted entity answers which gold one, and what is wrong with it.

Each entity is in one match at most. Exact ones are taken first, then those in the same place under
another label, then those that overlap with the same label, then those that overlap at all; of
several the one that overlaps most. What is left over is missed, or invented. So the kinds add up:

    gold − right      = boundary + type + boundary and type + missed
    predicted − right = boundary + type + boundary and type + invented
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ner.document import Entity
from ner.evaluation.pairs import Pair

RIGHT, BOUNDARY, TYPE, BOTH = "right", "boundary", "type", "boundary and type"
MISSED, INVENTED = "missed", "invented"
KINDS = {
    BOUNDARY: "the label is right, the boundaries are not",
    TYPE: "the boundaries are right, the label is not",
    BOTH: "an entity is found there, but neither its boundaries nor its label is right",
    MISSED: "nothing was found for a gold entity",
    INVENTED: "what was found answers no gold entity",
}
ORDER = (RIGHT, TYPE, BOUNDARY, BOTH)  # of taking


@dataclass(frozen=True, slots=True)
class Match:
    """A gold entity and what was found for it; one of the two is None if missed or invented."""

    kind: str
    gold: Entity | None
    predicted: Entity | None

    @property
    def labels(self) -> tuple[str | None, str | None]:
        """Of gold and predicted."""
        gold, found = self.gold, self.predicted
        return (gold.label if gold else None, found.label if found else None)

    @property
    def start(self) -> int:
        """Where the first of both begins."""
        return min(one.start for one in (self.gold, self.predicted) if one)

    @property
    def end(self) -> int:
        """Where the last of both ends."""
        return max(one.end for one in (self.gold, self.predicted) if one)


def matches(pair: Pair) -> list[Match]:
    """All entities of a sentence, in the order of their places."""
    candidates = sorted(_overlapping(pair), key=lambda one: one[:4])
    answered: dict[int, tuple[str, int]] = {}
    taken: set[int] = set()
    for kind, _, gold, found in candidates:
        if gold not in answered and found not in taken:
            answered[gold] = (ORDER[kind], found)
            taken.add(found)
    both = [Match(kind, pair.gold[g], pair.predicted[f]) for g, (kind, f) in answered.items()]
    both += [Match(MISSED, one, None) for g, one in enumerate(pair.gold) if g not in answered]
    both += [Match(INVENTED, None, one) for f, one in enumerate(pair.predicted) if f not in taken]
    return sorted(both, key=lambda one: (one.start, one.end))


def _overlapping(pair: Pair) -> Iterator[tuple[int, int, int, int]]:
    """Kind, minus the common characters, and the numbers of a gold and a predicted entity."""
    first = 0
    for number, gold in enumerate(pair.gold):
        while first < len(pair.predicted) and pair.predicted[first].end <= gold.start:
            first += 1
        for place in range(first, len(pair.predicted)):
            found = pair.predicted[place]
            if found.start >= gold.end:
                break
            common = min(gold.end, found.end) - max(gold.start, found.start)
            yield ORDER.index(_kind(gold, found)), -common, number, place


def _kind(gold: Entity, found: Entity) -> str:
    exact = (gold.start, gold.end) == (found.start, found.end)
    same = gold.label == found.label
    if exact:
        return RIGHT if same else TYPE
    return BOUNDARY if same else BOTH


def confusion(matched: Iterable[Match]) -> Counter[tuple[str | None, str | None]]:
    """How often each gold label met each predicted one, whatever the boundaries.

    None stands for what is missing: (label, None) are missed, (None, label) invented.
    """
    return Counter(one.labels for one in matched)


def by_kind(matched: Iterable[Match]) -> dict[str, int]:
    """How many errors there are of each kind."""
    counts = Counter(one.kind for one in matched)
    return {kind: counts[kind] for kind in KINDS}
