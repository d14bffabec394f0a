"""Sentences as the network learns them: features and tag numbers, long ones in windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import NamedTuple

import numpy as np

from ner.document import Document, Sentence
from ner.features.batch import Batch, CleanBatch, collate, padded
from ner.features.context import context_of, contexts
from ner.features.featurizer import Features, Featurizer
from ner.features.soft import SoftTags
from ner.features.texts import Integers
from ner.features.windows import windows
from ner.tags import encode, spans_of

TOGETHER = 128  # sentences whose features are made at once


class Origin(NamedTuple):
    """Where an example stands: the number of its document, and where in the text it begins."""

    document: int
    start: int


@dataclass(frozen=True, slots=True)
class Clean:
    """What a changed copy's example was before the change."""

    features: Features
    places: Integers  # of the changed characters in it, −1 where it lacks them

    @property
    def is_whole(self) -> bool:
        """Whether each character of the one is that of the other."""
        count = len(self.places)
        return count == len(self.features) and bool((self.places == range(count)).all())


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence or window, the tags it should get, and how much its loss counts."""

    features: Features
    tags: list[int]
    origin: Origin
    weight: float = 1.0
    soft: SoftTags | None = None  # how probable its tags are by another model
    clean: Clean | None = None  # where the loss compares the two


@dataclass(frozen=True, slots=True)
class Examples:
    """All of a split, and what the limits lost on the way."""

    examples: tuple[Example, ...]
    unknown: int  # characters that the vocabulary does not know
    lost: int  # entities cut by a window, or not to be held by one layer of tags

    def and_then(self, others: Examples) -> Examples:
        """These, and behind them others."""
        examples = (*self.examples, *others.examples)
        return Examples(examples, self.unknown + others.unknown, self.lost + others.lost)

    @property
    def lengths(self) -> list[int]:
        return [len(example.tags) for example in self.examples]

    @property
    def costs(self) -> list[int]:
        """How many characters each has to be computed for, its context included."""
        return [example.features.cost for example in self.examples]

    def batch(self, places: Sequence[int]) -> Batch:
        """The batch of the examples at ``places``."""
        chosen = [self.examples[place] for place in places]
        batch = collate(
            [one.features for one in chosen],
            [one.tags for one in chosen],
            [one.weight for one in chosen],
            [one.soft for one in chosen],
        )
        cleans = [(row, one.clean) for row, one in enumerate(chosen) if one.clean is not None]
        if not cleans:
            return batch
        return replace(batch, clean=tuple(_collated(cleans, batch.mask.shape[1])))


def _collated(cleans: Sequence[tuple[int, Clean]], length: int) -> Iterator[CleanBatch]:
    """Those that are aligned as a whole, and those that are in part, where there are any."""
    for whole in (True, False):
        chosen = [(row, one) for row, one in cleans if one.is_whole == whole]
        if chosen:
            rows, kept = zip(*chosen, strict=True)
            places = None if whole else padded([one.places for one in kept], length, fill=-1)
            yield CleanBatch(collate([one.features for one in kept]), np.array(rows), places)


def prepare(
    documents: Iterable[Document], featurizer: Featurizer, tags: Sequence[str], *, scheme: str
) -> Examples:
    """Examples of the documents' sentences; labels that ``tags`` lack count as lost."""
    numbers = {tag: number for number, tag in enumerate(tags)}
    labels = {tag[2:] for tag in tags if tag != "O"}
    cut: list[tuple[str, str]] = []  # what is learned, and the context before it
    wanted: list[tuple[list[int], Origin]] = []  # its tags, and where it stands
    lost = 0
    settings = featurizer.settings
    for number, sentence, before in _sentences(documents, featurizer):
        held = 0
        spans = [span for span in spans_of(sentence.entities) if span[2] in labels]
        for window in windows(sentence.text, size=settings.max_length, overlap=settings.overlap):
            first, last = window.owned_start, window.owned_end
            inside = [
                (start - first, end - first, label)
                for start, end, label in spans
                if first <= start and end <= last
            ]
            written, crowded = encode(inside, last - first, scheme=scheme)
            held += len(inside) - crowded
            context = context_of(first, sentence.text, before, settings)
            cut.append((sentence.text[first:last], context))
            origin = Origin(number, sentence.start + first)
            wanted.append(([numbers[tag] for tag in written], origin))
        lost += len(sentence.entities) - held
    features = list(_features(cut, featurizer))
    made = tuple(Example(own, *rest) for own, rest in zip(features, wanted, strict=True))
    return Examples(made, sum(one.unknown for one in features), lost)


def _features(cut: Sequence[tuple[str, str]], featurizer: Featurizer) -> Iterator[Features]:
    for start in range(0, len(cut), TOGETHER):
        texts, before = zip(*cut[start : start + TOGETHER], strict=True)
        yield from featurizer.each(texts, before)


def _sentences(
    documents: Iterable[Document], featurizer: Featurizer
) -> Iterator[tuple[int, Sentence, str]]:
    """Each sentence that is not empty, its document's number and the context before it there."""
    for number, document in enumerate(documents):
        own = [sentence for sentence in document.sentences if sentence.text]
        before = contexts([sentence.text for sentence in own], featurizer.settings)
        yield from zip(repeat(number), own, before, strict=False)
