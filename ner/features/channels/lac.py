"""Each character as Baidu's LAC numbers it, whose pretrained weights the model starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ner.features.channels.vocabulary import Vocabulary


class LACCharacters:
    """LAC's characters, after LAC's own normalisation.

    Args:
        names: its characters; those of several, which no single one can be, are left out.
        forms: what it makes of full-width and traditional characters before it looks them up.
    """

    def __init__(self, names: Sequence[str], forms: Mapping[str, str]) -> None:
        self.vocabulary = Vocabulary(names)
        self.forms = dict(forms)

    @property
    def size(self) -> int:
        return len(self.vocabulary)

    @property
    def tuned(self) -> int:
        return self.size

    def __call__(self, text: str, normalised: str) -> list[int]:
        return [self.vocabulary.id(self.forms.get(one, one)) for one in text]

    def to_dict(self) -> dict[str, Any]:
        return {"names": self.vocabulary.names, "forms": self.forms}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LACCharacters:
        return cls(data["names"], data["forms"])
