"""PAIRS → the most frequent mistakes: by kind and labels, and by mention with an example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ner.document import Entity
from ner.evaluation.kinds import KINDS, RIGHT, Match, matches
from ner.evaluation.pairs import Pair

AROUND = 20  # characters of an example on both sides of the mistake

Key = tuple[str, str | None, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class LabelPair:
    """How often a kind of error met these labels; None where an entity is missing."""

    kind: str
    gold: str | None
    predicted: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """The same mention in the same kind of error: how often, and the first place where.

    ``example`` is the text around it; ``place`` is where its document begins, if that is known.
    """

    kind: str
    gold_text: str | None
    gold: str | None
    predicted_text: str | None
    predicted: str | None
    number: int
    example: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The most frequent ones, and how many there are.

    ``mentions`` are, by kind, the most frequent mistakes and how many different ones there are.
    """

    right: int
    gold: int
    errors: int
    labels: tuple[LabelPair, ...]
    label_pairs: int
    mentions: dict[str, tuple[tuple[Mistake, ...], int]]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "right": self.right,
            "gold": self.gold,
            "errors": self.errors,
            "labels": [asdict(one) for one in self.labels],
            "label_pairs": self.label_pairs,
            "mentions": {
                kind: {"different": different, "listed": [asdict(one) for one in listed]}
                for kind, (listed, different) in self.mentions.items()
            },
        }


def mistakes(sentences: Sequence[Pair], *, limit: int) -> Mistakes:
    """At most ``limit`` rows for labels and for each kind; of equally frequent the first met."""
    found = [(pair, one) for pair in sentences for one in matches(pair)]
    wrong = [(pair, one) for pair, one in found if one.kind != RIGHT]
    by_labels = Counter((one.kind, *one.labels) for _, one in wrong)
    numbers = Counter(_key(one) for _, one in wrong)
    first: dict[Key, tuple[Pair, Match]] = {}
    for pair, one in wrong:
        first.setdefault(_key(one), (pair, one))
    mentions = {}
    for kind in KINDS:
        keys = [key for key, _ in numbers.most_common() if key[0] == kind]
        if keys:
            listed = tuple(_mistake(key, numbers[key], *first[key]) for key in keys[:limit])
            mentions[kind] = (listed, len(keys))
    return Mistakes(
        right=len(found) - len(wrong),
        gold=sum(len(pair.gold) for pair in sentences),
        errors=len(wrong),
        labels=tuple(LabelPair(*key, number) for key, number in by_labels.most_common(limit)),
        label_pairs=len(by_labels),
        mentions=mentions,
    )


def _key(one: Match) -> Key:
    gold, predicted = one.labels
    return (one.kind, _text(one.gold), gold, _text(one.predicted), predicted)


def _text(entity: Entity | None) -> str | None:
    return entity.text if entity else None


def _mistake(key: Key, number: int, pair: Pair, one: Match) -> Mistake:
    start, end = max(0, one.start - AROUND), one.end + AROUND
    example = "…" * (start > 0) + pair.text[start:end] + "…" * (end < len(pair.text))
    return Mistake(*key, number, example, str(pair.place) if pair.place else None)
