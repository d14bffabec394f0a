"""Characters ↔ numbers; 0 pads and 1 stands for every unknown character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

PAD, UNKNOWN = "[PAD]", "[UNK]"
PAD_ID, UNKNOWN_ID = 0, 1


class Vocabulary:
    """The known characters, in the order of their numbers."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        self._ids = {name: number for number, name in enumerate((PAD, UNKNOWN, *self.characters))}

    @classmethod
    def counted(cls, characters: Iterable[str], *, min_count: int = 1) -> Vocabulary:
        """Those that occur ``min_count`` times or more, the frequent first, then by code point."""
        counts = Counter(characters)
        kept = [name for name, count in counts.items() if count >= min_count]
        return cls(sorted(kept, key=lambda name: (-counts[name], name)))

    def __len__(self) -> int:
        return len(self._ids)

    def id(self, character: str) -> int:
        return self._ids.get(character, UNKNOWN_ID)
