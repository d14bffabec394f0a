"""What channels have in common whose numbers are names in a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ner.features.channels.vocabulary import Vocabulary
from ner.features.texts import Integers, Texts

Own = TypeVar("Own", bound="Listed")


class Listed:
    """A name a character, by its number in the vocabulary; a kind says what the names are."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    @staticmethod
    def names(normalised: str) -> Iterator[str]:
        """The name of each character."""
        raise NotImplementedError

    @classmethod
    def fitted(
        cls: type[Own],
        texts: Iterable[str],
        *,
        min_count: int,
        known: Sequence[str] = (),
        more: Sequence[str] = (),
        limit: int | None = None,
    ) -> Own:
        """Those of normalised texts, ``more`` of them, and those that a vector is known of."""
        names = (name for text in texts for name in cls.names(text))
        return cls(
            Vocabulary.counted(names, min_count=min_count, known=known, more=more, limit=limit)
        )

    def grown(self: Own, texts: Iterable[str], *, min_count: int) -> Own:
        """This channel, and what it does not know of normalised texts but stands there so often."""
        names = (name for text in texts for name in self.names(text))
        return type(self)(self.vocabulary.grown(names, min_count=min_count))

    @property
    def size(self) -> int:
        return len(self.vocabulary)

    @property
    def tuned(self) -> int:
        return self.vocabulary.tuned

    def __call__(self, texts: Texts, normalised: Texts) -> Integers:
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        return self.vocabulary.to_dict()

    @classmethod
    def from_dict(cls: type[Own], data: Mapping[str, Any]) -> Own:
        return cls(Vocabulary.from_dict(data))
