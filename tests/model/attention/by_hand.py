"""The formulas of scores and mechanisms in plain Python, for one query and one head at a time."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, sin, sqrt, tanh


@dataclass(frozen=True, slots=True)
class Row:
    """A query, and what there is to attend to."""

    query: list[float]  # as the mechanism maps it
    scores: list[float]  # of each item
    real: list[bool]  # which items are no padding
    own: int  # the query's place among the items
    head: int
    noise: list[float]  # of the draw; zeros when tagging


def _dot(query, key):
    return sum(a * b for a, b in zip(query, key, strict=True))


def _plus(one, other):
    return [a + b for a, b in zip(one, other, strict=True)]


def _general(query, key, distance, score, head):
    between = score.between[head].tolist()
    return _dot(query, [_dot(row, key) for row in between])


def _additive(query, key, distance, score, head):
    combine = score.combine[head, :, 0].tolist()
    return _dot(combine, [tanh(total) for total in _plus(query, key)])


def _cosine(query, key, distance, score, head):
    strength = exp(score.log_strength[head].item())
    return strength * _dot(query, key) / sqrt(_dot(query, query)) / sqrt(_dot(key, key))


def _relative(query, key, distance, score, head):
    half = len(query) // 2
    angles = [distance / 10000 ** (place / half) for place in range(half)]
    wave = [sin(angle) for angle in angles] + [cos(angle) for angle in angles]
    u, v = score.content_bias[head, 0].tolist(), score.distance_bias[head, 0].tolist()
    return _dot(_plus(query, u), key) + _dot(_plus(query, v), wave)


# Each: the query, the key, how far the key stands before the query, the score's module, the head.
SCORES = {
    "dot": lambda query, key, *_: _dot(query, key),
    "scaled_dot": lambda query, key, *_: _dot(query, key) / sqrt(len(query)),
    "general": _general,
    "additive": _additive,
    "cosine": _cosine,
    "relative": _relative,
}


def softmax(scores, seen):
    """Weights of the items that are seen; without one, none."""
    if not any(seen):
        return [0.0] * len(scores)
    highest = max(score for score, open_ in zip(scores, seen, strict=True) if open_)
    shares = [exp(s - highest) if open_ else 0.0 for s, open_ in zip(scores, seen, strict=True)]
    return [share / sum(shares) for share in shares]


def entmax(scores, seen, alpha):
    """p_j = max((α − 1) s_j − τ, 0)^(1 / (α − 1)), with the τ at which they sum to 1."""
    raised = [(alpha - 1) * score for score in scores]

    def shares(threshold):
        above = [max(s - threshold, 0.0) if o else 0.0 for s, o in zip(raised, seen, strict=True)]
        return [share ** (1 / (alpha - 1)) for share in above]

    high = max(score for score, open_ in zip(raised, seen, strict=True) if open_)
    low = high - 1.0  # there the highest alone has 1
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(shares(middle)) > 1 else (low, middle)
    return shares(low)


def gaussian(row, mechanism):
    """−(j − p)² / 2σ² of each item: p = a + m · sigmoid(v · h), σ = ½ + width · sigmoid(u · h)."""
    place = mechanism.place
    inner = place.inner[row.head].T.tolist()
    hidden = [tanh(_dot(row.query, column)) for column in inner]
    centre, spread = (
        1 / (1 + exp(-_dot(hidden, part[row.head, :, 0].tolist())))
        for part in (place.centre, place.spread)
    )
    middle = row.real.index(True) + sum(row.real) * centre
    deviation = 0.5 + mechanism.width * spread
    return [-((j - middle) ** 2) / (2 * deviation**2) for j in range(len(row.scores))]


def drawn(logits, row):
    """The item that a draw with the row's noise takes."""
    real = [j for j, open_ in enumerate(row.real) if open_]
    return max(real, key=lambda j: logits[j] + row.noise[j])


def within(row, centre, width):
    return [open_ and abs(j - centre) <= width for j, open_ in enumerate(row.real)]


def _soft(row, mechanism):
    return softmax(row.scores, row.real)


def _sparse(row, mechanism):
    return entmax(row.scores, row.real, mechanism.alpha)


def _windowed(row, mechanism):
    return softmax(row.scores, within(row, row.own, mechanism.width))


def _location(row, mechanism):
    if mechanism.place is None:
        return softmax(row.scores, within(row, row.own, mechanism.width))
    pairs = zip(softmax(row.scores, row.real), gaussian(row, mechanism), strict=True)
    shares = [share * exp(near) for share, near in pairs]
    return [share / sum(shares) for share in shares]


def _hard(row, mechanism):
    chosen = drawn(row.scores, row)
    return [float(j == chosen) for j in range(len(row.scores))]


def _location_hard(row, mechanism):
    chosen = drawn(gaussian(row, mechanism), row)
    return softmax(row.scores, within(row, chosen, mechanism.width))


MECHANISMS = {
    "soft": _soft,
    "sparse": _sparse,
    "windowed": _windowed,
    "location": _location,
    "hard": _hard,
    "location_hard": _location_hard,
}
