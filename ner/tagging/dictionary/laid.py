"""MARKS → ARRAYS: those of a mode in a whole batch, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.lattice.transitions import Floats
from ner.tagging.dictionary.marks import Mark
from ner.tagging.dictionary.rules import FORBID, FORCE, PREFER
from ner.tagging.dictionary.spelling import Integers, Spelling


@dataclass(frozen=True, slots=True)
class Laid:
    """The marks of a mode in a batch: an item each in every array."""

    rows: Integers
    starts: Integers
    ends: Integers
    labels: Integers  # as ``Spelling`` counts them
    bonuses: Floats

    @classmethod
    def by_mode(cls, marks: Sequence[Sequence[Mark]], spelling: Spelling) -> dict[str, Laid]:
        """Those of each mode of the decoder's; one of any label is one for each."""
        chosen: dict[str, list[tuple[int, int, int, int, float]]] = {
            PREFER: [],
            FORCE: [],
            FORBID: [],
        }
        for row, own in enumerate(marks):
            for start, end, name, mode, bonus, _ in own:
                for label in spelling.numbered(name):
                    chosen[mode].append((row, start, end, label, bonus))
        return {mode: cls._of_rows(own) for mode, own in chosen.items()}

    @classmethod
    def _of_rows(cls, found: Sequence[tuple[int, int, int, int, float]]) -> Laid:
        places = np.array([one[:4] for one in found], dtype=np.int64)
        rows, starts, ends, labels = places.reshape(-1, 4).T
        bonuses = np.array([bonus for *_, bonus in found], dtype=np.float64)
        return cls(rows, starts, ends, labels, bonuses)

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


def counted(sizes: Integers) -> Integers:
    """0, 1, 2 … for each size, as many numbers as it says."""
    found: Integers = np.arange(sizes.sum()) - (np.cumsum(sizes) - sizes).repeat(sizes)
    return found
