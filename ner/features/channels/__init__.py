"""SENTENCE → ROWS: features that are one number a character, a channel a file, and their table.

A channel has

    size                                how many numbers there are; 0 is padding
    tuned                               of these, how many the model learns: those that train holds
    channel(texts, normalised) → row    a number in 1…size-1 for each character, 0 at borders; of
                                        the texts only the script is normalised
    to_dict() / from_dict(data)         what is saved with the model: plain data, large parts arrays

Texts are joined (``ner/features/texts.py``), so that a channel looks up those of a whole batch at
once. The network has an embedding for each. To add a channel: its file, its switch in
``ner/settings/features.py``, a line here and one in ``featurizer.py``, where it is fitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ner.features.channels.bigrams import Bigrams
from ner.features.channels.characters import Characters
from ner.features.channels.lac import LACCharacters
from ner.features.channels.segmentation import Segmentation
from ner.features.texts import Integers, Texts

__all__ = ["CHANNELS", "Bigrams", "Channel", "Characters", "LACCharacters", "Segmentation"]


class Channel(Protocol):
    """One number a character."""

    @property
    def size(self) -> int: ...

    @property
    def tuned(self) -> int: ...

    def __call__(self, texts: Texts, normalised: Texts) -> Integers: ...

    def to_dict(self) -> dict[str, Any]: ...

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Channel: ...


CHANNELS: dict[str, type[Channel]] = {
    "characters": Characters,
    "words": Segmentation,
    "bigrams": Bigrams,
    "lac": LACCharacters,
}
