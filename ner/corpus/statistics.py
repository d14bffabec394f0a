"""DOCUMENTS → FIGURES: how large a split is, and what is annotated in it.

It is counted in one pass over a stream of documents; only the counts are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, NamedTuple

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import Findings

MOST_FREQUENT = 10  # mentions of a label that are listed

Mentions = dict[str, Counter[str]]  # label → text → how often


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many things are how many characters long."""

    counts: Counter[int]

    @property
    def number(self) -> int:
        return self.counts.total()

    @property
    def mean(self) -> float:
        characters = sum(length * count for length, count in self.counts.items())
        return characters / max(1, self.number)

    @property
    def longest(self) -> int:
        return max(self.counts, default=0)

    def reaching(self, share: float) -> int:
        """The least length that this share of them does not exceed; 0.5 gives the median."""
        reached, wanted = 0, share * self.number
        for length, count in sorted(self.counts.items()):
            reached += count
            if reached >= wanted:
                return length
        return 0

    def between(self, first: int, last: int) -> int:
        """How many are of these lengths, both ends included."""
        return sum(count for length, count in self.counts.items() if first <= length <= last)

    def to_dict(self) -> dict[str, Any]:
        return {
            "mean": round(self.mean, 2),
            "median": self.reaching(0.5),
            "95%": self.reaching(0.95),
            "max": self.longest,
            "histogram": {str(length): count for length, count in sorted(self.counts.items())},
        }


class Layers(NamedTuple):
    """How entities lie over each other.

    Args:
        nested: those inside another, or at the same place as another before.
        crossing: those that begin inside another and end behind it.
        covered: the characters that are in any.
    """

    nested: int
    crossing: int
    covered: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was counted in a split.

    Args:
        name: train, dev, test, or what its file is called.
        path: of its file or folder.
        documents: their number.
        characters: of the sentences, each with its count.
        sentences: the lengths of those that are not empty.
        entities: the lengths of mentions.
        mentions: of each label, how often each text is annotated with it.
        layers: how entities lie over each other; ``covered`` counts those inside one sentence.
        findings: what its reading repaired or skipped, and the tag scheme.
    """

    name: str
    path: str
    documents: int
    characters: Counter[str]
    sentences: Lengths
    entities: Lengths
    mentions: Mentions
    layers: Layers
    findings: Counter[str]

    @property
    def size(self) -> int:
        """The characters of all sentences."""
        return self.characters.total()

    @property
    def labels(self) -> Counter[str]:
        """How often each label is annotated."""
        return Counter({label: texts.total() for label, texts in self.mentions.items()})

    @property
    def density(self) -> float:
        """Entities in a hundred characters."""
        return 100 * self.entities.number / max(1, self.size)

    @property
    def coverage(self) -> float:
        """The share of characters that are in an entity."""
        return self.layers.covered / max(1, self.size)

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "path": self.path,
            "documents": self.documents,
            "sentences": self.sentences.number,
            "characters": self.size,
            "distinct_characters": len(self.characters),
            "entities": self.entities.number,
            "entities_per_100_characters": round(self.density, 3),
            "characters_in_entities": round(self.coverage, 4),
            "nested": self.layers.nested,
            "crossing": self.layers.crossing,
            "sentence_lengths": self.sentences.to_dict(),
            "entity_lengths": self.entities.to_dict(),
            "labels": {label: _label(self.mentions[label]) for label in frequent(self.labels)},
            "findings": dict(+self.findings),
        }


def count(
    documents: Iterable[Document], findings: Findings, *, name: str = "", path: str = ""
) -> Statistics:
    """The figures of a split, in one pass.

    Args:
        documents: of the split; they are not kept.
        findings: what gains by their reading.
        name: of the split.
        path: where it stands.

    Raises:
        CorpusError: there is no text in it.
    """
    number = nested = crossing = covered = 0
    characters: Counter[str] = Counter()
    sentences: Counter[int] = Counter()
    entities: Counter[int] = Counter()
    mentions: Mentions = {}
    for document in documents:
        number += 1
        for sentence in document.sentences:
            characters.update(sentence.text)
            sentences[len(sentence.text)] += 1
            covered += layers_of(sentence.entities).covered
        over = layers_of(document.entities)
        nested, crossing = nested + over.nested, crossing + over.crossing
        for entity in document.entities:
            entities[entity.end - entity.start] += 1
            mentions.setdefault(entity.label, Counter())[entity.text] += 1
    if not characters:
        raise CorpusError("an empty corpus: there is no sentence in it", path=path)
    del sentences[0]
    return Statistics(
        *(name, path, number, characters, Lengths(sentences), Lengths(entities), mentions),
        layers=Layers(nested, crossing, covered),
        findings=findings,
    )


def layers_of(entities: Sequence[Entity]) -> Layers:
    """How the entities of one text lie over each other."""
    nested = crossing = covered = furthest = 0
    ends: list[int] = []  # of the entities that have begun and not ended, the nearest first
    for entity in sorted(entities, key=lambda one: (one.start, -one.end)):
        while ends and ends[0] <= entity.start:
            heappop(ends)
        nested += entity.end <= furthest
        crossing += bool(ends) and ends[0] < entity.end
        covered += max(0, entity.end - max(entity.start, furthest))
        furthest = max(furthest, entity.end)
        heappush(ends, entity.end)
    return Layers(nested, crossing, covered)


def frequent(counts: Counter[str], most: int | None = None) -> list[str]:
    """The keys, those with the highest counts first, equal ones by the alphabet."""
    return sorted(counts, key=lambda one: (-counts[one], one))[:most]


def _label(texts: Counter[str]) -> dict[str, Any]:
    return {
        "entities": texts.total(),
        "mentions": len(texts),
        "most_frequent": {text: texts[text] for text in frequent(texts, MOST_FREQUENT)},
    }
