"""Each character as Baidu's LAC numbers it, whose pretrained weights the model starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.channels.vocabulary import Vocabulary
from ner.features.names import Names
from ner.features.texts import Integers, Texts


class LACCharacters:
    """LAC's characters, after LAC's own normalisation.

    Args:
        names: its characters; those of several, which no single one can be, are left out.
        forms: what it makes of full-width and traditional characters before it looks them up.
    """

    def __init__(self, names: Sequence[str] | Names, forms: Mapping[str, str]) -> None:
        self.vocabulary = Vocabulary(names)
        self.forms = dict(forms)

    @property
    def size(self) -> int:
        return len(self.vocabulary)

    @property
    def tuned(self) -> int:
        return self.size

    def __call__(self, texts: Texts, normalised: Texts) -> Integers:
        row: Integers = self._table.take(texts.codes).astype(np.int64)
        return row

    @cached_property
    def _table(self) -> NDArray[np.int32]:
        table = self.vocabulary.table()
        numbers = [self.vocabulary.id(form) for form in self.forms.values()]
        table[[ord(one) for one in self.forms]] = numbers
        return table

    def to_dict(self) -> dict[str, Any]:
        return {"names": self.vocabulary.listed.to_dict(), "forms": self.forms}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LACCharacters:
        forms = dict(data["forms"])
        if any(len(one) != 1 for one in forms):
            raise ValueError("forms of something else than characters")
        return cls(Names.from_dict(data["names"]), forms)
