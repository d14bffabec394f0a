"""Names ↔ numbers; 0 pads and 1 stands for every unknown name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PAD_ID, UNKNOWN_ID, FIRST_ID = 0, 1, 2


class Vocabulary:
    """The known names (characters, bigrams) in the order of their numbers.

    Args:
        names: first those that are learned, then those that only have a vector.
        learned: how many the first are; all of them without.
    """

    def __init__(self, names: Sequence[str], learned: int | None = None) -> None:
        self.names = tuple(names)
        self.learned = len(self.names) if learned is None else learned
        self._ids = {name: number for number, name in enumerate(self.names, start=FIRST_ID)}

    @classmethod
    def counted(
        cls,
        names: Iterable[str],
        *,
        min_count: int = 1,
        known: Sequence[str] = (),
        more: Sequence[str] = (),
    ) -> Vocabulary:
        """Those that occur ``min_count`` times or more, the frequent first, then by code point.

        Behind them stand ``more`` that are learned, too. Those ``known`` by a vector need occur but
        once, and stand last if they do not at all.
        """
        counts, able = Counter(names), set(known)
        kept = [name for name, count in counts.items() if count >= min_count or name in able]
        learned = sorted(kept, key=lambda name: (-counts[name], name))
        own = set(kept)
        learned += [name for name in more if name not in own]
        others = counts.keys() | set(more)
        return cls([*learned, *(name for name in known if name not in others)], len(learned))

    def __len__(self) -> int:
        return FIRST_ID + len(self.names)

    @property
    def tuned(self) -> int:
        """How many numbers are learned, those of padding and of the unknown included."""
        return FIRST_ID + self.learned

    def id(self, name: str) -> int:
        return self._ids.get(name, UNKNOWN_ID)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``from_dict`` reads back."""
        return {"names": self.names, "learned": self.learned}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Vocabulary:
        """The vocabulary that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        own = cls(data["names"], int(data["learned"]))
        if not 0 <= own.learned <= len(own.names):
            raise ValueError(f"{own.learned} learned ones of {len(own.names)} names")
        return own
