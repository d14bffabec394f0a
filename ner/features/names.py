"""Names as arrays: what a model knows by the hundred thousand, read without making strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.packing import ArrayError, smallest, whole_numbers
from ner.features.texts import BORDER, Integers, points, text_of

BITS = 21  # of a code point


class Names:
    """Strings in an order.

    Args:
        codes: the code points of all names, one name after another.
        lengths: of each name, in characters.
    """

    def __init__(self, codes: NDArray[Any], lengths: NDArray[Any]) -> None:
        self.codes, self.lengths = codes, lengths

    @classmethod
    def of(cls, names: Sequence[str]) -> Names:
        """These names."""
        lengths = np.fromiter(map(len, names), dtype=np.int64, count=len(names))
        return cls(points("".join(names)), lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """The names as strings."""
        ends = [0, *self.lengths.cumsum(dtype=np.int64).tolist()]
        text = text_of(self.codes)
        return tuple(text[start:end] for start, end in pairwise(ends))

    def starts(self) -> Integers:
        """Where in the codes each name begins."""
        starts: Integers = self.lengths.cumsum(dtype=np.int64) - self.lengths
        return starts

    def only(self, chosen: NDArray[np.bool_]) -> Names:
        """The names that are chosen."""
        return Names(self.codes[chosen.repeat(self.lengths)], self.lengths[chosen])

    def keys(self, size: int) -> Integers:
        """A number for each name: of its code points if it has ``size``, 1 or 2; else below 0."""
        keys = -1 - np.arange(len(self))
        own = np.flatnonzero(self.lengths == size)
        starts, codes = self.starts()[own], self.codes.astype(np.int64)
        keys[own] = codes[starts] if size == 1 else paired(codes[starts], codes[starts + 1])
        return keys

    def to_dict(self) -> dict[str, Any]:
        """Arrays that ``from_dict`` reads back."""
        return {"codes": smallest(self.codes), "lengths": smallest(self.lengths)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Names:
        """The names that were saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        codes = whole_numbers(data, "codes", below=BORDER)
        lengths = whole_numbers(data, "lengths", below=len(codes) + 1)
        if int(lengths.sum(dtype=np.int64)) != len(codes):
            raise ArrayError(f"{len(codes)} code points of names, expected {lengths.sum()}")
        return cls(codes, lengths)


def paired(first: Integers, second: Integers) -> Integers:
    """A number for two numbers, the second of them a code point."""
    return first << BITS | second


def unpaired(pairs: Integers) -> tuple[Integers, Integers]:
    """The two numbers of each pair."""
    return pairs >> BITS, pairs & ((1 << BITS) - 1)
