"""Which of a model's tags, by number, spell an entity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ner.tagging.dictionary.rules import ANY
from ner.tagging.spans import SpanFinder
from ner.tags import SCHEMES, detect, encode

OUTSIDE = "O"
FIRST, INSIDE, LAST, SINGLE = range(4)  # places in an entity
NONE = -1  # the row of a label that the model does not know; no tag
EACH = -2  # stands for the rows of all labels

Integers = NDArray[np.int64]


class Spelling:
    """The tags of a model, whose scheme their letters tell.

    Args:
        tags: in the order of their numbers.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        self.tags = tuple(tags)
        self.find = SpanFinder(tags)
        self.rows = {label: row for row, label in enumerate(self.find.labels)}
        self.labels = frozenset(self.rows)
        scheme = detect([tags])
        numbers = {tag: number for number, tag in enumerate(tags)}
        spelled = [encode([(0, 3, one), (3, 4, one)], 4, scheme=scheme)[0] for one in self.rows]
        spelled.append([OUTSIDE] * 4)
        self._table = np.array([[numbers[tag] for tag in own] for own in spelled])  # (labels, 4)
        self.marks_ends = SCHEMES[scheme].marks_ends
        self._inside = np.append(np.where(self.marks_ends, NONE, self._table[:-1, INSIDE]), NONE)

    def rows_of(self, labels: Sequence[str]) -> Integers:
        """The row of each label: ``NONE`` of one that the model does not know, ``EACH`` of any."""
        rows = {**self.rows, ANY: EACH}
        return np.array([rows.get(label, NONE) for label in labels], dtype=np.int64)

    def tags_of(self, rows: Integers, place: int) -> Integers:
        """The tags at such a place of an entity, of the labels of these rows."""
        found: Integers = self._table[rows, place]
        return found

    def numbers(self, rows: Integers, places: Integers, lengths: Integers) -> Integers:
        """The tags of entities at these of their ``lengths`` places.

        Args:
            rows: of their labels; where it is ``NONE``, the tag is the one of no entity.
        """
        kinds = np.where(places == lengths - 1, LAST, INSIDE)
        kinds[places == 0] = FIRST
        kinds[lengths == 1] = SINGLE
        found: Integers = self._table[rows, kinds]
        return found

    def going_on(self, rows: Integers) -> Integers:
        """The tag that an entity goes on with; ``NONE`` where its last tag says that it ends."""
        found: Integers = self._inside[rows]
        return found
