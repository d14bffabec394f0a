"""Each character together with the one behind it, as normalised (Zhang and Yang 2018)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np

from ner.features.channels.listed import Listed
from ner.features.channels.vocabulary import FIRST_ID, PAD_ID, UNKNOWN_ID
from ner.features.index import Index, refuse_twice
from ner.features.names import paired
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
        keys = self.vocabulary.listed.keys(2)
        refuse_twice(keys)
        return Index(keys)
