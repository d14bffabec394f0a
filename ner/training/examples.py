"""Sentences as the network learns them: features and tag numbers, long ones in windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ner.document import Sentence
from ner.features.batch import Batch, collate
from ner.features.featurizer import Features, Featurizer
from ner.features.windows import windows
from ner.tags import encode, spans_of


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence or window, and the tags it should get."""

    features: Features
    tags: list[int]


@dataclass(frozen=True, slots=True)
class Examples:
    """All of a split, and what the limits lost on the way."""

    examples: tuple[Example, ...]
    unknown: int  # characters that the vocabulary does not know
    lost: int  # entities cut by a window, or not to be held by one layer of tags

    @property
    def lengths(self) -> list[int]:
        return [len(example.tags) for example in self.examples]

    def batch(self, places: Sequence[int]) -> Batch:
        """The batch of the examples at ``places``."""
        chosen = [self.examples[place] for place in places]
        return collate([one.features for one in chosen], [one.tags for one in chosen])


def prepare(
    sentences: Iterable[Sentence], featurizer: Featurizer, tags: Sequence[str], *, scheme: str
) -> Examples:
    """Examples of ``sentences``; labels that ``tags`` lack count as lost."""
    numbers = {tag: number for number, tag in enumerate(tags)}
    labels = {tag[2:] for tag in tags if tag != "O"}
    made: list[Example] = []
    unknown = lost = 0
    settings = featurizer.settings
    for sentence in sentences:
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
            features = featurizer(sentence.text[first:last])
            unknown += features.unknown
            made.append(Example(features, [numbers[tag] for tag in written]))
        lost += len(sentence.entities) - held
    return Examples(tuple(made), unknown, lost)
