"""Labels too rare to be learned, those that train lacks, and names that look like one label."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from ner.corpus.check.check import Check
from ner.corpus.comparison import Corpus
from ner.errors import Place
from ner.formats import Finding

RARE = "labels seen too rarely to be learned well"
LACKING = "labels that the first split lacks, so that no model trained on it finds them"
ALIKE = "pairs of labels with nearly the same name"
UNANNOTATED = "splits without any entity"

ABBREVIATION = 3  # letters from which on one name may be another's beginning: PER, PERSON
SLIP = 0.75  # the likeness from which on a rare name may be another's misspelling
TIMES = 20  # as often the other must be seen


class Labels(Check):
    """What the counts of labels show."""

    def conclude(self, corpus: Corpus) -> Iterator[Finding]:
        first, *others = corpus.splits
        known = first.labels
        for split in corpus.splits:
            if split.size and not split.labels:
                yield Finding("warning", UNANNOTATED, Place(split.path), split.name)
        for label, count in known.items():
            if count < self.thresholds.min_support:
                yield Finding("warning", RARE, None, f"{label}: {count:,} in {first.name}")
        for split in others:
            for label, count in split.labels.items():
                if known and label not in known:
                    said = f"{label}: {count:,} in {split.name}, none in {first.name}"
                    yield Finding("warning", LACKING, None, said)
        counts = sum((split.labels for split in corpus.splits), Counter[str]())
        for one, other in alike(counts):
            said = f"{one} ({counts[one]:,}) and {other} ({counts[other]:,})"
            yield Finding("warning", ALIKE, None, said)


@dataclass(frozen=True, slots=True)
class Name:
    """A label, and what of it is compared.

    Args:
        label: as it stands.
        plain: its letters and digits, in one case and width.
        count: how often it is annotated.
        is_own: whether a word of it (the words of PER.NOM are PER and NOM) is in no other label.
    """

    label: str
    plain: str
    count: int
    is_own: bool


def alike(counts: Counter[str]) -> Iterator[tuple[str, str]]:
    """The pairs of labels, by the alphabet, of which two may be meant as one.

    They differ in case, width of letters or marks only; or one is the beginning of the other, in
    letters; or one is rare and spelled almost as the other, which is not.
    """
    words = Counter(word for label in counts for word in _words(label))
    names = [
        Name(label, _plain(label), counts[label], any(words[word] == 1 for word in _words(label)))
        for label in sorted(counts)
    ]
    pairs = {*_beginnings(names), *_slips(names)}
    yield from sorted((min(pair), max(pair)) for pair in pairs)


def _beginnings(names: Sequence[Name]) -> Iterator[tuple[str, str]]:
    """Those that are the same, or of which one is an abbreviation of the other."""
    ordered = sorted((name for name in names if name.plain), key=lambda name: name.plain)
    for place, short in enumerate(ordered):
        letters = short.plain.isascii() and short.plain.isalpha()
        may_be_cut = letters and len(short.plain) >= ABBREVIATION
        for long in islice(ordered, place + 1, None):
            same = long.plain == short.plain
            if not (same or (may_be_cut and long.plain.startswith(short.plain))):
                break
            if same or long.plain.isalpha():
                yield short.label, long.label


def _slips(names: Sequence[Name]) -> Iterator[tuple[str, str]]:
    """Those of which one is rare, and spelled almost as the other but for a word of its own."""
    common = [name for name in names if name.count >= TIMES]
    for rare in names:
        name = rare.plain
        if not rare.is_own or len(name) < ABBREVIATION or not name.isascii():
            continue
        for usual in common:
            if usual.count >= TIMES * rare.count and _is_near(name, usual.plain):
                yield rare.label, usual.label


def _is_near(name: str, other: str) -> bool:
    matcher = SequenceMatcher(None, name, other)
    if matcher.real_quick_ratio() < SLIP or matcher.quick_ratio() < SLIP:
        return False
    return sorted(name) == sorted(other) or matcher.ratio() >= SLIP


def _words(label: str) -> set[str]:
    return set(re.split(r"[\W_]+", label.casefold()))


def _plain(label: str) -> str:
    folded = unicodedata.normalize("NFKC", label).casefold()
    return "".join(filter(str.isalnum, folded))
