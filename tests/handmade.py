"""Explanations made by hand: random weights and scores around a text with its entities."""

import numpy as np

from ner.explanation.explanation import Chain, Explanation, Layer, Piece

TAGS = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
AWKWARD = (
    "甲\t</script><b>&\"' 😀👨\u200d👩 e\u0301\x00\x1b\ud83d\ude00\ud800\u202e倒\u2028\u3000衢州\r"
    "\n{{data}} {{no}}"
)


def shares(*shape, seed=0):
    """Rows of positive weights that sum to 1."""
    raw = np.random.default_rng(seed).exponential(size=shape) ** 3
    return (raw / raw.sum(axis=-1, keepdims=True)).astype(np.float32)


def soft(characters, *, heads=2, seed=0):
    size = len(characters)
    weights = shares(heads, size, size, seed=seed)
    return Layer("soft, relative", False, tuple(characters), tuple(characters), 0, weights)


def hard(characters, *, heads=2, seed=0):
    size = len(characters)
    picks = np.random.default_rng(seed).integers(size, size=(heads, size))
    weights = np.eye(size, dtype=np.float32)[picks]
    return Layer("hard, sampled", True, tuple(characters), tuple(characters), 0, weights)


def from_tags(characters, tags, *, before=""):
    """Tags that attend to the characters and to those ``before``."""
    columns = (*before, *characters)
    weights = shares(1, len(tags), len(columns))
    return Layer("encoder–decoder", False, tuple(tags), columns, len(before), weights)


def chain(length, *, seed=0):
    """Scores in which I- may only follow its own label."""
    draw = np.random.default_rng(seed)
    start, end = (draw.normal(size=len(TAGS)).astype(np.float32) for _ in range(2))
    between = draw.normal(size=(len(TAGS), len(TAGS))).astype(np.float32)
    for after, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            start[after] = -10_000
            between[[before[2:] != tag[2:] for before in TAGS], after] = -10_000
    return Chain(draw.normal(size=(length, len(TAGS))).astype(np.float32), start, between, end)


def tags_of(length, entities):
    tags = ["O"] * length
    for entity in entities:
        inside = [f"I-{entity.label}"] * (entity.end - entity.start - 1)
        tags[entity.start : entity.end] = [f"B-{entity.label}", *inside]
    return tuple(tags)


def whole(text, entities=(), *, layers=None, chained=True):
    """An explanation of one piece; without layers given, a soft and a hard one."""
    tags = tags_of(len(text), entities)
    given = (soft(text), hard(text)) if layers is None else tuple(layers)
    scores = chain(len(text)) if chained else None
    piece = Piece(0, len(text), 0, len(text), tags, given, scores)
    return Explanation(text, tuple(entities), TAGS, (piece,) if text else ())


def in_two(text, entities=()):
    """An explanation in two pieces that overlap by two thirds."""
    third = len(text) // 3
    tags = tags_of(len(text), entities)
    ends = ((0, 2 * third, 0, third + 1), (third, len(text), third + 1, len(text)))
    pieces = (
        Piece(start, end, *owned, tags[start:end], (soft(text[start:end]),), chain(end - start))
        for start, end, *owned in ends
    )
    return Explanation(text, tuple(entities), TAGS, tuple(pieces))


def apart(first, blank, second, entities=()):
    """Two sentences, each with those before as context, and a blank between that none sees."""
    text = first + blank + second
    tags = tags_of(len(text), entities)
    middle = len(first + blank)
    layer = Layer(
        "soft",
        False,
        tuple(second),
        (*first, *second),
        len(first),
        shares(2, len(second), len(first + second)),
    )
    pieces = (
        Piece(0, len(first), 0, middle, tags[: len(first)], (soft(first),), chain(len(first))),
        Piece(middle, len(text), middle, len(text), tags[middle:], (layer,), chain(len(second))),
    )
    return Explanation(text, tuple(entities), TAGS, pieces)


def best_path_score(piece):
    """What the piece's tags score, summed step by step."""
    path = [TAGS.index(tag) for tag in piece.tags]
    scores = piece.chain
    total = float(scores.start[path[0]]) + float(scores.end[path[-1]])
    total += sum(float(scores.emissions[row, tag]) for row, tag in enumerate(path))
    pairs = zip(path, path[1:], strict=False)
    return total + sum(float(scores.between[before, after]) for before, after in pairs)
