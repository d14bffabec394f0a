"""CHANGED COPIES → EXAMPLES: those of one epoch at a time, beside what they were made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ner.corpus.augmentation.alignment import alignment
from ner.corpus.augmentation.copies import Copier, Copies
from ner.document import Document
from ner.features.texts import Integers
from ner.training.examples import Clean, Example, Examples

Prepare = Callable[[Sequence[Document]], Examples]
WHOLE, PART, NOT = "as a whole", "in part", "not"


class CopyExamples:
    """The examples of an epoch's copies; those of the epoch asked for last are kept.

    Args:
        copier: makes the copies.
        prepare: makes examples.
        originals: the examples of what is copied, if each copy is to know what it was before.
    """

    def __init__(
        self, copier: Copier, prepare: Prepare, *, originals: Examples | None = None
    ) -> None:
        self._copier = copier
        self._prepare = prepare
        self._originals = None if originals is None else _by_document(originals)
        self._last: tuple[int, Examples] | None = None

    def __call__(self, epoch: int) -> Examples:
        """Those of an epoch, counted from 1."""
        if self._last is None or self._last[0] != epoch:
            self._last = None  # before the next ones are there
            self._last = (epoch, self.of(self._copier(epoch)))
        return self._last[1]

    def begun(self, first: Copies) -> Examples:
        """Those of the first epoch, whose copies are there already."""
        self._last = (1, self.of(first))
        return self._last[1]

    def of(self, copies: Copies) -> Examples:
        """The examples of these copies."""
        examples = self._prepare(copies.documents)
        if self._originals is None:
            return examples
        own = _by_document(examples)
        paired: list[Example] = []
        for number, (copy, origin) in enumerate(zip(copies.documents, copies.origins, strict=True)):
            places = alignment(self._copier.documents[origin], copy)
            paired += _paired(own.get(number, []), self._originals.get(origin, []), places)
        return replace(examples, examples=tuple(paired))


def comparison(examples: Examples) -> str:
    """How many changed examples are compared with what they were, for a remark."""
    counts = Counter(
        NOT if one.clean is None else WHOLE if one.clean.is_whole else PART
        for one in examples.examples
    )
    return ", ".join(f"{counts[how]:,} {how}" for how in (WHOLE, PART, NOT))


def _by_document(examples: Examples) -> dict[int, list[Example]]:
    found: dict[int, list[Example]] = {}
    for one in examples.examples:
        found.setdefault(one.origin.document, []).append(one)
    return found


def _paired(
    changed: Sequence[Example], before: Sequence[Example], places: Integers | None
) -> list[Example]:
    """A document's changed examples, each with the one of its number before the change.

    Where long sentences now fall into more or fewer windows there is none.
    """
    if places is None or len(changed) != len(before):
        return list(changed)
    return [_with_clean(*pair, places) for pair in zip(changed, before, strict=True)]


def _with_clean(changed: Example, before: Example, places: Integers) -> Example:
    start = changed.origin.start
    own = places[start : start + len(changed.tags)] - before.origin.start
    inside = (own >= 0) & (own < len(before.tags))
    if not inside.any():
        return changed
    return replace(changed, clean=Clean(before.features, np.where(inside, own, -1)))
