"""Each character by itself, as normalised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ner.features.channels.listed import Listed
from ner.features.texts import Integers, Texts


class Characters(Listed):
    """The characters of the vocabulary."""

    @staticmethod
    def names(normalised: str) -> Iterator[str]:
        yield from normalised

    def __call__(self, texts: Texts, normalised: Texts) -> Integers:
        row: Integers = self._table.take(normalised.codes).astype(np.int64)
        return row

    @cached_property
    def _table(self) -> NDArray[np.int32]:
        return self.vocabulary.table()
