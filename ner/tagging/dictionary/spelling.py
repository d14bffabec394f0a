"""Which of a model's tags, by number, spell an entity."""

from __future__ import annotations

from collections.abc import Sequence

from ner.tags import SCHEMES, detect, encode

OUTSIDE = "O"


class Spelling:
    """The tags of a model, whose scheme their letters tell.

    Args:
        tags: in the order of their numbers.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        self.tags = tuple(tags)
        self.labels = frozenset(tag[2:] for tag in tags if tag != OUTSIDE)
        self._numbers = {tag: number for number, tag in enumerate(tags)}
        self._scheme = detect([tags])
        self._known: dict[tuple[str, int], list[int]] = {}

    def numbers(self, label: str, length: int) -> list[int]:
        """The tags of an entity; those of none where the model does not know the label."""
        known = self._known.get((label, length))
        if known is None:
            spans = [(0, length, label)] if label in self.labels else []
            names, _ = encode(spans, length, scheme=self._scheme)
            known = self._known[label, length] = [self._numbers[name] for name in names]
        return known

    def going_on(self, label: str) -> int | None:
        """The tag that an entity goes on with; None where its last tag says that it ends there."""
        scheme = SCHEMES[self._scheme]
        return None if scheme.marks_ends else self._numbers.get(f"{scheme.inside}-{label}")
