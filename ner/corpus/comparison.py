"""A CORPUS IN FIGURES: those of each split, and what the splits share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ner.corpus.statistics import Mentions, Statistics, count, frequent
from ner.formats import Findings, ReadOptions
from ner.formats.reading import read_path

ROLES = {
    "train": {"train", "training"},
    "dev": {"dev", "devel", "development", "valid", "validation", "val"},
    "test": {"test", "testing"},
}
WORD = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """How many of some entities, or of their different texts, another split has.

    Args:
        all: their number.
        same: those that it has with the same label.
        other: those that it has with other labels only.
    """

    all: int = 0
    same: int = 0
    other: int = 0

    def __add__(self, more: Seen) -> Seen:
        return Seen(self.all + more.all, self.same + more.same, self.other + more.other)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the first split has of the entities of another.

    Args:
        name: of the other split.
        first: the name of the first.
        entities: by label.
        mentions: the different texts of the entities, by label.
    """

    name: str
    first: str
    entities: Mapping[str, Seen]
    mentions: Mapping[str, Seen]

    def seen(self, label: str | None = None) -> tuple[Seen, Seen]:
        """Of the entities and the mentions with a label, or of all."""
        if label is None:
            return sum(self.entities.values(), Seen()), sum(self.mentions.values(), Seen())
        return self.entities.get(label, Seen()), self.mentions.get(label, Seen())

    def to_dict(self) -> dict[str, Any]:
        entities, mentions = self.seen()
        return {
            "name": self.name,
            "first": self.first,
            "entities": {"total": asdict(entities), "labels": _plain(self.entities)},
            "mentions": {"total": asdict(mentions), "labels": _plain(self.mentions)},
        }


@dataclass(frozen=True, slots=True)
class Corpus:
    """The figures of splits, train first where one is called so."""

    splits: tuple[Statistics, ...]

    @property
    def labels(self) -> list[str]:
        """The labels of all splits, the most frequent first."""
        return frequent(sum((split.labels for split in self.splits), Counter[str]()))

    @property
    def mentions(self) -> Mentions:
        """Of each label, how often each text is annotated with it in any split."""
        every: Mentions = {label: Counter() for label in self.labels}
        for split in self.splits:
            for label, texts in split.mentions.items():
                every[label].update(texts)
        return every

    @property
    def overlaps(self) -> list[Overlap]:
        """Each further split compared with the first."""
        first, *others = self.splits
        return [overlap(first, other) for other in others]

    @property
    def ambiguous(self) -> dict[str, Counter[str]]:
        """Texts that are annotated with several labels, how often each, the most frequent first."""
        labels: dict[str, Counter[str]] = {}
        for label, texts in self.mentions.items():
            for text, number in texts.items():
                labels.setdefault(text, Counter())[label] = number
        several = {text: counts for text, counts in labels.items() if len(counts) > 1}
        order = frequent(Counter({text: counts.total() for text, counts in several.items()}))
        return {text: several[text] for text in order}

    @property
    def findings(self) -> list[str]:
        """The kinds of what was met while reading."""
        return sorted({kind for split in self.splits for kind in +split.findings})

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "splits": [split.to_dict() for split in self.splits],
            "overlaps": [one.to_dict() for one in self.overlaps],
            "ambiguous": {
                text: {label: counts[label] for label in frequent(counts)}
                for text, counts in self.ambiguous.items()
            },
        }


def read_corpus(
    paths: Sequence[Path], *, format: str = "auto", options: ReadOptions | None = None
) -> Corpus:
    """The figures of files and folders, each of them a split.

    Raises:
        CorpusError: one cannot be read, or there is no text in it.
    """
    splits = []
    for path, name in split_names(paths).items():
        findings = Findings()
        documents = read_path(path, findings, format=format, options=options)
        splits.append(count(documents, findings, name=name, path=str(path)))
    return Corpus(tuple(splits))


def split_names(paths: Sequence[Path]) -> dict[Path, str]:
    """What each path is called: train, dev and test, in this order, where its name says so.

    Others come behind under their own name; where two would be called the same, it is the path.
    """
    roles = {path: _role(path) for path in paths}
    names = {path: role or path.name for path, role in roles.items()}
    shared = Counter(names.values())
    order = (*ROLES, None)
    return {
        path: names[path] if shared[names[path]] == 1 and names[path] else str(path)
        for path in sorted(roles, key=lambda one: order.index(roles[one]))
    }


def _role(path: Path) -> str | None:
    words = set(WORD.findall(path.name.lower()))
    return next((role for role, known in ROLES.items() if words & known), None)


def overlap(first: Statistics, other: Statistics) -> Overlap:
    """How much of what is annotated in a split is annotated in the first."""
    anywhere = {text for texts in first.mentions.values() for text in texts}
    entities: dict[str, Seen] = {}
    mentions: dict[str, Seen] = {}
    for label in frequent(other.labels):
        texts, known = other.mentions[label], first.mentions.get(label, Counter())
        same = [text for text in texts if text in known]
        elsewhere = [text for text in texts if text not in known and text in anywhere]
        mentions[label] = Seen(len(texts), len(same), len(elsewhere))
        weighed = (sum(texts[text] for text in part) for part in (texts, same, elsewhere))
        entities[label] = Seen(*weighed)
    return Overlap(other.name, first.name, entities, mentions)


def _plain(seen: Mapping[str, Seen]) -> dict[str, Any]:
    return {label: asdict(one) for label, one in seen.items()}
