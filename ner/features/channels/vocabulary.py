"""Names ↔ numbers; 0 pads and 1 stands for every unknown name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.names import Names
from ner.features.texts import BORDER, POINTS

PAD_ID, UNKNOWN_ID, FIRST_ID = 0, 1, 2


class Vocabulary:
    """The known names (characters, bigrams) in the order of their numbers.

    Args:
        names: first those that are learned, then those that only have a vector.
        learned: how many the first are; all of them without.
    """

    def __init__(self, names: Sequence[str] | Names, learned: int | None = None) -> None:
        self.listed = names if isinstance(names, Names) else Names.of(names)
        self.learned = len(self.listed) if learned is None else learned

    @classmethod
    def counted(
        cls,
        names: Iterable[str],
        *,
        min_count: int = 1,
        known: Sequence[str] = (),
        more: Sequence[str] = (),
        limit: int | None = None,
    ) -> Vocabulary:
        """Those that occur ``min_count`` times or more, the frequent first, then by code point.

        Behind them stand ``more`` that are learned, too. Those ``known`` by a vector need occur but
        once, and stand last if they do not at all. With a limit there are the first so many of
        these three: the frequent, ``more``, and those known, whose first ones are of most use.
        """
        counts = Counter(names)
        if limit is not None:
            frequent = (name for name in _by_count(counts) if counts[name] >= min_count)
            chosen = within(limit, frequent, more, known)
            counts = Counter({name: own for name, own in counts.items() if name in chosen})
            more = [name for name in more if name in chosen]
            known = [name for name in known if name in chosen]
        able = set(known)
        learned = [one for one in _by_count(counts) if counts[one] >= min_count or one in able]
        own = set(learned)
        learned += [name for name in more if name not in own]
        others = counts.keys() | set(more)
        return cls([*learned, *(name for name in known if name not in others)], len(learned))

    def grown(self, names: Iterable[str], *, min_count: int) -> Vocabulary:
        """This one, and the unknown of ``names`` that occur ``min_count`` times or more.

        They are learned, and stand behind those that were: the frequent first, then by code point.
        """
        counts = Counter(names)
        new = [
            name
            for name in _by_count(counts)
            if counts[name] >= min_count and self.id(name) == UNKNOWN_ID
        ]
        own, learned = self.names, self.learned
        return Vocabulary([*own[:learned], *new, *own[learned:]], learned + len(new))

    def __len__(self) -> int:
        return FIRST_ID + len(self.listed)

    @property
    def names(self) -> tuple[str, ...]:
        """The names as strings."""
        return self.listed.strings

    @property
    def tuned(self) -> int:
        """How many numbers are learned, those of padding and of the unknown included."""
        return FIRST_ID + self.learned

    def id(self, name: str) -> int:
        """The number of one name."""
        return self._ids.get(name, UNKNOWN_ID)

    def table(self) -> NDArray[np.int32]:
        """The number of each code point; names of more than one are not in it."""
        table = np.full(POINTS, UNKNOWN_ID, dtype=np.int32)
        keys = self.listed.keys(1)
        own = np.flatnonzero(keys >= 0)
        table[keys[own]] = FIRST_ID + own
        table[BORDER] = PAD_ID
        return table

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names, start=FIRST_ID)}

    def to_dict(self) -> dict[str, Any]:
        """Plain data and arrays that ``from_dict`` reads back."""
        return {"names": self.listed.to_dict(), "learned": self.learned}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Vocabulary:
        """The vocabulary that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        own = cls(Names.from_dict(data["names"]), int(data["learned"]))
        if not 0 <= own.learned <= len(own.listed):
            raise ValueError(f"{own.learned} learned ones of {len(own.listed)} names")
        return own


def within(limit: int, *groups: Iterable[str]) -> set[str]:
    """The first so many different names of groups, one group after the other."""
    return set(islice(dict.fromkeys(chain.from_iterable(groups)), limit))


def _by_count(counts: Counter[str]) -> list[str]:
    """The names, the frequent first, then by code point."""
    return sorted(counts, key=lambda name: (-counts[name], name))
