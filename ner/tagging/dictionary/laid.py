"""MARKS → ARRAYS: those of a mode in a whole batch, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.lattice.transitions import Floats
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.rule_table import RuleTable
from ner.tagging.dictionary.rules import FORBID, FORCE, PREFER
from ner.tagging.dictionary.spelling import EACH, Integers, Spelling


@dataclass(frozen=True, slots=True)
class Laid:
    """The marks of a mode in a batch: an item each in every array."""

    rows: Integers
    starts: Integers
    ends: Integers
    labels: Integers  # as ``Spelling`` counts them
    bonuses: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: NDArray[Any]) -> Laid:
        """Those at these places, or where a mask is true."""
        own = (self.rows, self.starts, self.ends, self.labels, self.bonuses)
        return Laid(*(part[chosen] for part in own))

    @property
    def lengths(self) -> Integers:
        """How many characters each has."""
        return self.ends - self.starts

    @property
    def within(self) -> Integers:
        """The places of all characters in their own marks, mark by mark."""
        return counted(self.lengths)

    def cells(self, spelling: Spelling) -> tuple[Integers, Integers, Integers]:
        """Row, place and tag of all their characters, mark by mark."""
        lengths, within = self.lengths, self.within
        tags = spelling.numbers(self.labels.repeat(lengths), within, lengths.repeat(lengths))
        return self.rows.repeat(lengths), self.starts.repeat(lengths) + within, tags


class Laying:
    """Lays the marks of a dictionary's rules, for a model that spells labels in its way."""

    def __init__(self, table: RuleTable, spelling: Spelling) -> None:
        self._table = table
        self._labels = spelling.rows_of(table.labels)
        self._count = len(spelling.rows)

    def __call__(self, marks: Sequence[Matches]) -> dict[str, Laid]:
        """Those of each mode of the decoder's, by row."""
        rows = np.arange(len(marks)).repeat([len(own) for own in marks])
        joined = Matches.joined(marks)
        return {mode: self._of_mode(rows, joined, mode) for mode in (PREFER, FORCE, FORBID)}

    def _of_mode(self, rows: Integers, marks: Matches, mode: str) -> Laid:
        """Those of one mode; one of any label is one for each."""
        chosen = self._table.are(marks, mode)
        rows, own = rows[chosen], marks[chosen]
        labels, bonuses = self._labels.take(own.rules), self._table.bonuses.take(own.rules)
        counts = np.where(labels == EACH, self._count, 1)
        spread = np.arange(len(own)).repeat(counts)
        labels = np.where(labels[spread] == EACH, counted(counts), labels[spread])
        return Laid(rows[spread], own.starts[spread], own.ends[spread], labels, bonuses[spread])


def counted(sizes: Integers) -> Integers:
    """0, 1, 2 … for each size, as many numbers as it says."""
    found: Integers = np.arange(sizes.sum()) - (np.cumsum(sizes) - sizes).repeat(sizes)
    return found
