"""Sentences as the network learns them: features and tag numbers, long ones in windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ner.document import Document, Sentence
from ner.features.batch import Batch, collate
from ner.features.context import context_of, contexts
from ner.features.featurizer import Features, Featurizer
from ner.features.windows import windows
from ner.tags import encode, spans_of

TOGETHER = 128  # sentences whose features are made at once


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence or window, the tags it should get, and how much its loss counts."""

    features: Features
    tags: list[int]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Examples:
    """All of a split, and what the limits lost on the way."""

    examples: tuple[Example, ...]
    unknown: int  # characters that the vocabulary does not know
    lost: int  # entities cut by a window, or not to be held by one layer of tags

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
        return collate(
            [one.features for one in chosen],
            [one.tags for one in chosen],
            [one.weight for one in chosen],
        )


def prepare(
    documents: Iterable[Document], featurizer: Featurizer, tags: Sequence[str], *, scheme: str
) -> Examples:
    """Examples of the documents' sentences; labels that ``tags`` lack count as lost."""
    numbers = {tag: number for number, tag in enumerate(tags)}
    labels = {tag[2:] for tag in tags if tag != "O"}
    cut: list[tuple[str, str]] = []  # what is learned, and the context before it
    wanted: list[list[int]] = []  # its tags
    lost = 0
    settings = featurizer.settings
    for sentence, before in _sentences(documents, featurizer):
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
            wanted.append([numbers[tag] for tag in written])
        lost += len(sentence.entities) - held
    features = list(_features(cut, featurizer))
    made = tuple(Example(*pair) for pair in zip(features, wanted, strict=True))
    return Examples(made, sum(one.unknown for one in features), lost)


def _features(cut: Sequence[tuple[str, str]], featurizer: Featurizer) -> Iterator[Features]:
    for start in range(0, len(cut), TOGETHER):
        texts, before = zip(*cut[start : start + TOGETHER], strict=True)
        yield from featurizer.each(texts, before)


def _sentences(
    documents: Iterable[Document], featurizer: Featurizer
) -> Iterator[tuple[Sentence, str]]:
    """Each sentence that is not empty, with the context before it in its document."""
    for document in documents:
        own = [sentence for sentence in document.sentences if sentence.text]
        before = contexts([sentence.text for sentence in own], featurizer.settings)
        yield from zip(own, before, strict=True)
