"""Each character together with the one behind it, as normalised (Zhang and Yang 2018)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ner.features.channels.listed import Listed
from ner.features.channels.vocabulary import FIRST_ID, PAD_ID, UNKNOWN_ID, Vocabulary
from ner.features.index import Index
from ner.features.names import paired
from ner.features.packing import ArrayError
from ner.features.texts import BORDER, Integers, Texts

END = "\n"  # stands behind a text's last character


class Bigrams(Listed):
    """The bigrams of the vocabulary."""

    @staticmethod
    def names(normalised: str) -> Iterator[str]:
        for first, second in pairwise(normalised + END):
            yield first + second

    def __call__(self, texts: Texts, normalised: Texts) -> Integers:
        codes = normalised.codes
        ended = np.where(codes == BORDER, ord(END), codes)
        row = np.full(len(codes), PAD_ID)
        row[:-1] = self.index(paired(codes[:-1], ended[1:])) + FIRST_ID
        row[row < FIRST_ID] = UNKNOWN_ID
        row[normalised.ends] = PAD_ID
        return row

    @cached_property
    def index(self) -> Index:
        """The places of the bigrams in the vocabulary."""
        return Index.of(self.vocabulary.listed.keys(2))

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "index": self.index.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Bigrams:
        own = cls(Vocabulary.from_dict(data))
        own.index = Index.from_dict(data["index"])
        if len(own.index) != len(own.vocabulary.listed):
            raise ArrayError(
                f"an index of {len(own.index)} bigrams, expected {len(own.vocabulary.listed)}"
            )
        return own
