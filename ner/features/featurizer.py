"""What turns a text into numbers: one object for training and tagging, saved with the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ner.config import FeatureSettings
from ner.features.normalisation import Normaliser, traditional_to_simplified
from ner.features.segmentation import word_places
from ner.features.vocabulary import UNKNOWN_ID, Vocabulary


@dataclass(frozen=True, slots=True)
class Features:
    """A number for every character; ``words`` is empty where segmentation is off."""

    characters: list[int]
    words: list[int]

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def unknown(self) -> int:
        """How many characters the vocabulary does not know."""
        return self.characters.count(UNKNOWN_ID)


class Featurizer:
    """Normalisation, vocabulary and word boundaries.

    Args:
        settings: which of them are on.
        vocabulary: of normalised characters.
        script: the traditional-to-simplified table.
    """

    def __init__(
        self, settings: FeatureSettings, vocabulary: Vocabulary, script: Mapping[str, str]
    ) -> None:
        self.settings = settings
        self.vocabulary = vocabulary
        self.normalise = Normaliser(settings.normalise, script)
        self._ids: dict[str, int] = {}

    @classmethod
    def fitted(cls, settings: FeatureSettings, texts: Iterable[str]) -> Featurizer:
        """A featurizer whose vocabulary is that of ``texts``."""
        script = traditional_to_simplified() if "script" in settings.normalise else {}
        normalise = Normaliser(settings.normalise, script)
        characters = (normalise(character) for text in texts for character in text)
        vocabulary = Vocabulary.counted(characters, min_count=settings.min_count)
        return cls(settings, vocabulary, script)

    def __call__(self, text: str) -> Features:
        characters = [self._id(character) for character in text]
        return Features(characters, word_places(text) if self.settings.segmentation else [])

    def _id(self, character: str) -> int:
        number = self._ids.get(character)
        if number is None:
            number = self._ids[character] = self.vocabulary.id(self.normalise(character))
        return number

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``from_dict`` reads back."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "characters": self.vocabulary.characters,
            "script": self.normalise.script,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Featurizer:
        """The featurizer that was saved.

        Raises:
            KeyError, ValueError: the data is not what ``to_dict`` gives.
        """
        settings = FeatureSettings.model_validate(data["settings"])
        return cls(settings, Vocabulary(data["characters"]), data["script"])
