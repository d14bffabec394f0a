"""Sentences of like length, padded side by side: the one place where masks are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.features.featurizer import Features, Featurizer
from ner.features.lexicon import SETS, Matches
from ner.features.pieces import Pieces, joined
from ner.features.soft import SoftBatch, SoftTags, joined_soft
from ner.features.texts import Integers, Texts


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded numbers; 0 pads, the mask is true at real characters, which stand on the left."""

    rows: Mapping[str, Integers]  # by channel, (batch, length)
    mask: NDArray[np.bool_]  # (batch, length)
    matches: Matches | None = None  # slots count over the padded characters of all sentences
    tags: Integers | None = None  # (batch, length), 0 at padding
    weights: NDArray[np.float32] | None = None  # (batch), of the losses; None: all alike
    context: Batch | None = None  # what stands before each sentence, where there is any
    pieces: Pieces | None = None
    soft: SoftBatch | None = None  # how probable the tags are, where a sentence knows more of them
    clean: tuple[CleanBatch, ...] = ()  # what changed copies among the sentences were

    @property
    def lengths(self) -> Integers:
        return np.asarray(self.mask.sum(axis=1))

    @property
    def size(self) -> int:
        """How many real characters there are."""
        return int(self.mask.sum())


@dataclass(frozen=True, slots=True)
class CleanBatch:
    """What some sentences of a batch were before they were changed, aligned with them.

    Without ``places`` each character of the one is that of the other.
    """

    batch: Batch  # (n) sentences without tags
    rows: Integers  # (n): which sentence of the batch each has become
    places: Integers | None = None  # (n, length): of the batch's characters in it, −1: nowhere


def batch_of(
    featurizer: Featurizer, texts: Sequence[str], contexts: Sequence[str] | None = None
) -> Batch:
    """The batch of texts, each of at least one character: what ``collate`` makes of their features.

    Args:
        featurizer: of the model.
        texts: of the sentences.
        contexts: what stands before each, if anything does.
    """
    own = Texts.of(texts)
    normalised = featurizer.normalise.texts(own)
    places = own.padded()  # (batch, length)
    length = places.shape[1]
    rows = featurizer.rows(own, normalised)
    return Batch(
        rows={name: row.take(places) for name, row in rows.items()},
        mask=np.arange(length) < own.lengths[:, None],
        matches=None if featurizer.lexicon is None else featurizer.lexicon(normalised),
        context=batch_of(featurizer, contexts) if contexts and any(contexts) else None,
        pieces=joined(featurizer.pieces(own, normalised), length),
    )


def collate(
    features: Sequence[Features],
    tags: Sequence[Sequence[int]] | None = None,
    weights: Sequence[float] | None = None,
    soft: Sequence[SoftTags | None] = (),
) -> Batch:
    """One batch of all these sentences, each of at least one character.

    Args:
        features: of the sentences.
        tags: that they should get, where they are known.
        weights: of their losses, each over 0. Where all are equal they say nothing: the batch has
            none.
        soft: how probable the tags are, of each sentence or of none.
    """
    around = [one.context for one in features]
    context = collate([one or _nothing(features[0]) for one in around]) if any(around) else None
    length = max(len(one) for one in features)
    lengths = np.array([len(one) for one in features])
    return Batch(
        rows={
            name: padded([one.rows[name] for one in features], length) for name in features[0].rows
        },
        mask=np.arange(length) < lengths[:, None],
        matches=_joined([one.matches for one in features], length),
        tags=None if tags is None else padded(tags, length),
        weights=_telling(weights),
        context=context,
        pieces=joined([one.pieces for one in features], length),
        soft=joined_soft(soft, length),
    )


def _nothing(like: Features) -> Features:
    """The features of an empty text."""
    matches = None
    if like.matches is not None:
        own = like.matches
        matches = Matches(own.words[:0], own.slots[:0], own.weights[:0])
    pieces = None if like.pieces is None else Pieces.nothing()
    return Features({name: row[:0] for name, row in like.rows.items()}, matches, pieces=pieces)


def _joined(matches: Sequence[Matches | None], length: int) -> Matches | None:
    """The matches of all sentences, their slots counted over the padded batch."""
    own = [one for one in matches if one is not None]
    if not own:
        return None
    slots = [one.slots + SETS * length * row for row, one in enumerate(own)]
    words = np.concatenate([one.words for one in own])
    return Matches(words, np.concatenate(slots), np.concatenate([one.weights for one in own]))


def _telling(weights: Sequence[float] | None) -> NDArray[np.float32] | None:
    """The weights as an array, unless they are all the same."""
    if weights is None or len(set(weights)) < 2:
        return None
    return np.asarray(weights, dtype=np.float32)


def padded(rows: Sequence[Sequence[int] | Integers], length: int, *, fill: int = 0) -> Integers:
    """The rows side by side, (rows, length), each filled up on the right."""
    made = np.full((len(rows), length), fill, dtype=np.int64)
    for place, row in enumerate(rows):
        made[place, : len(row)] = np.asarray(row)
    return made


def plan(
    lengths: Sequence[int],
    *,
    budget: int,
    generator: np.random.Generator | None = None,
    noise: float = 0.1,
) -> list[list[int]]:
    """Which sentences go together: like lengths, at most ``budget`` places with the padding.

    A sentence longer than the budget is a batch of its own; empty ones are in none. With a
    generator the order of batches, and which of like length meet, is random; without, batches go
    from short to long. ``noise`` is the share by which lengths are taken for longer or shorter: the
    more of it, the more sentences may meet, and the more padding there is.
    """
    sizes = np.asarray(lengths, dtype=np.float64)
    if generator is not None:
        sizes = sizes * generator.uniform(1 - noise, 1 + noise, size=len(sizes))
    batches: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for place in np.argsort(sizes, kind="stable").tolist():
        if not lengths[place]:
            continue
        longest = max(longest, lengths[place])
        if current and longest * (len(current) + 1) > budget:
            batches.append(current)
            current, longest = [], lengths[place]
        current.append(place)
    if current:
        batches.append(current)
    if generator is not None:
        generator.shuffle(batches)
    return batches
