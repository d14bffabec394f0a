"""A teacher's soft targets for the labelled sentences, in the student's tags, cut as those are.

They stand in a file beside the labelled one (``ner.features.soft_file``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ner.document import Document
from ner.errors import CorpusError, Place, nearest
from ner.features.soft import Floats, Numbers, SoftTags, number_type
from ner.features.soft_file import Stored, key_of, read_soft, soft_path
from ner.model.decoders.rules import Flags, Rules


@dataclass(frozen=True, slots=True)
class Student:
    """What the student's tags are, and what is legal among them."""

    tags: Sequence[str]
    scheme: str
    rules: Rules

    @classmethod
    def of(cls, tags: Sequence[str], scheme: str) -> Student:
        """A student of these tags."""
        return cls(tags, scheme, Rules.of(tags, scheme))


class Teachers:
    """The soft targets of documents, each in the file beside the one that the document is from.

    Args:
        student: whose tags they are given in.
        share: of a sentence's loss that is theirs.
    """

    def __init__(self, student: Student, share: float) -> None:
        self._student = student
        self._share = share
        self._files: dict[str, SoftFile] = {}

    def of(self, document: Document, place: Place) -> SoftTags | None:
        """Those of a document's whole text; None where the teacher had none, the text being long.

        Raises:
            CorpusError: there is no such file, its tags are not the student's, or the text is not
                in it.
        """
        if place.path not in self._files:
            path = soft_path(Path(place.path))
            self._files[place.path] = SoftFile(path, self._student, self._share)
        return self._files[place.path].of(document.text, place)


class SoftFile:
    """The soft targets of one file, found by their text.

    Where a text stands there several times, the first one's are taken.
    """

    def __init__(self, path: Path, student: Student, share: float) -> None:
        if not path.exists():
            why = "no such file: data.labelled.soft needs what `ner label --soft` writes at its end"
            raise CorpusError(why, path=path)
        stored = read_soft(path)
        self._path = path
        self._share = share
        self._tags = len(student.tags)
        self._pairs = _renumbered(path, stored, student)
        self._counts = stored.counts
        self._probabilities = stored.probabilities
        self._characters = np.concatenate([[0], stored.lengths.cumsum(dtype=np.int64)])
        entries = np.concatenate([[0], stored.counts.cumsum(dtype=np.int64)])
        self._entries = entries[self._characters]
        order = range(len(stored.keys) - 1, -1, -1)
        self._found = dict(zip(stored.keys[::-1].tolist(), order, strict=True))

    def of(self, text: str, place: Place) -> SoftTags | None:
        """What ``Teachers.of`` says, of a text that stands at ``place``."""
        at = self._found.get(key_of(text))
        if at is None:
            why = f"no soft targets of this text in {self._path}"
            raise CorpusError(why, path=place.path, line=place.line)
        start, end = self._characters[at : at + 2].tolist()
        if start == end:
            return None
        if end - start != len(text):
            why = f"damaged: {end - start} characters, the text at {place} has {len(text)}"
            raise CorpusError(why, path=self._path)
        own = slice(*self._entries[at : at + 2].tolist())
        counts, pairs = self._counts[start:end], self._pairs[own]
        return SoftTags(self._tags, counts, pairs, self._probabilities[own], self._share)


def _renumbered(path: Path, stored: Stored, student: Student) -> Numbers:
    """The pairs by the numbers of the student's tags.

    Raises:
        CorpusError: a tag is not the student's, or a pair is one that its scheme forbids.
    """
    about = stored.about
    if about.scheme != student.scheme:
        why = f"the teacher's scheme is {about.scheme}, expected model.scheme, {student.scheme}"
        raise CorpusError(why, path=path)
    for tag in about.tags:
        if tag not in student.tags:
            why = f"the teacher's tag {tag!r} is not one of the student's"
            raise CorpusError(f"{why} ({nearest(tag, student.tags)})", path=path)
    numbers = np.array([student.tags.index(tag) for tag in about.tags])
    before, after = np.divmod(np.arange(len(numbers) ** 2), len(numbers))
    before, after = numbers[before], numbers[after]  # of each pair
    wrong = np.flatnonzero(stored.used().ravel() & ~student.rules.between[before, after])
    if len(wrong):
        names = (student.tags[int(one[wrong[0]])] for one in (before, after))
        raise CorpusError(f"damaged: {' before '.join(names)} is probable", path=path)
    table = (before * len(student.tags) + after).astype(number_type(len(student.tags)))
    renumbered: Numbers = table[stored.pairs]
    return renumbered


def cut(soft: SoftTags, start: int, end: int, rules: Rules) -> SoftTags | None:
    """The soft targets of a part of their text, as if it stood alone.

    No entity goes on beyond its ends: the teacher's distribution is that on condition that none
    does. None where that cannot be.
    """
    part = soft.part(start, end)
    if part is soft:
        return soft
    dense = part.dense()
    outside = dense[0, 0][~rules.start].sum() + dense[-1].sum(axis=0)[~rules.end].sum()
    if not outside:
        return part
    found = conditioned(dense, rules.start, rules.end)
    return None if found is None else replace(SoftTags.sparse(found, 0.0), share=soft.share)


def conditioned(dense: Floats, first: Flags, last: Flags) -> Floats | None:
    """The pairs of a chain on condition that its first and last tags are of these.

    Args:
        dense: (characters, tags, tags), the first character's tags in its first row.
        first: (tags), which are allowed there.
        last: (tags), likewise.

    Returns:
        The same shape; None where no path is left.
    """
    rows = dense.sum(axis=2, keepdims=True)
    steps = np.divide(dense, rows, out=np.zeros_like(dense), where=rows > 0)  # tag → next tag
    onward = np.empty(dense.shape[:2])  # that a path from here ends as it may, (characters, tags)
    onward[-1] = last
    for place in range(len(dense) - 1, 0, -1):
        onward[place - 1] = steps[place] @ onward[place]
    found = np.zeros_like(dense)
    reached = dense[0, 0] * first * onward[0]
    if reached.sum() < 1e-6:
        return None
    found[0, 0] = reached / reached.sum()
    for place in range(1, len(dense)):
        before = found[place - 1].sum(axis=0)  # (tags)
        to_come = onward[place - 1]
        share = np.divide(before, to_come, out=np.zeros_like(before), where=to_come > 0)
        found[place] = share[:, None] * steps[place] * onward[place]
    return found
