"""Groups spread over parts so that each part has its share of every label.

Iterative stratification, after Sechidis, Tsoumakas and Vlahavas (2011), "On the stratification of
multi-label data": the label with the fewest entities left comes first, and each of its holders goes
to the part that lacks most of that label. A holder counts as often as it has entities, the heaviest
first. Cost: linear in the labels of all groups, but for sorting them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush


@dataclass(frozen=True, slots=True)
class Weight:
    """What a group brings to its part: entities by label, and sentences."""

    labels: Counter[str]
    size: int


def distribute(weights: Sequence[Weight], shares: Sequence[float]) -> list[int]:
    """The part of each group.

    Args:
        weights: of the groups; of equally heavy ones the first is placed first.
        shares: of the parts, 1 together.
    """
    parts = [-1] * len(weights)
    totals: Counter[str] = Counter()
    for weight in weights:
        totals.update(weight.labels)
    lacking = {label: [share * count for share in shares] for label, count in totals.items()}
    room = [share * sum(weight.size for weight in weights) for share in shares]
    for label, place in _in_order(weights, totals):
        wanted = lacking.get(label, room)
        part = max(range(len(shares)), key=lambda one: (wanted[one], room[one]))
        parts[place] = part
        room[part] -= weights[place].size
        for held, count in weights[place].labels.items():
            lacking[held][part] -= count
    return parts


def _in_order(weights: Sequence[Weight], totals: Counter[str]) -> Iterator[tuple[str, int]]:
    """The groups in the order of their placing, each with the label that it is placed for.

    Those without a label come last, with an empty one.
    """
    left = Counter(totals)
    holders = _holders(weights)
    placed: set[int] = set()
    queue = [(count, label) for label, count in left.items()]
    heapify(queue)
    while queue:
        count, label = heappop(queue)
        if count != left[label]:
            continue  # some of its holders were placed since: it stands in the queue once more
        touched: set[str] = set()
        for place in holders.pop(label):
            if place not in placed:
                placed.add(place)
                left.subtract(weights[place].labels)
                touched |= weights[place].labels.keys()
                yield label, place
        for other in touched & holders.keys():
            heappush(queue, (left[other], other))
    bare = [place for place, weight in enumerate(weights) if not weight.labels]
    for place in sorted(bare, key=lambda one: -weights[one].size):
        yield "", place


def _holders(weights: Sequence[Weight]) -> dict[str, list[int]]:
    """The groups with each label, those with most of it first."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, weight in enumerate(weights):
        for label in weight.labels:
            holders[label].append(place)
    for label, places in holders.items():
        places.sort(key=lambda one: -weights[one].labels[label])
    return dict(holders)
