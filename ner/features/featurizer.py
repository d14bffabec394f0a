"""What turns a text into numbers: one object for training and tagging, saved with the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ner.errors import ConfigError
from ner.features.normalisation import Normaliser, traditional_to_simplified
from ner.features.segmentation import word_places
from ner.features.vocabulary import UNKNOWN_ID, Vocabulary
from ner.settings import LEAST_WINDOW, FeatureSettings


@dataclass(frozen=True, slots=True)
class Features:
    """A number for every character; ``words`` is empty where segmentation is off."""

    characters: list[int]
    words: list[int]
    context: Features | None = None  # of what stands before, where that is attended to

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def cost(self) -> int:
        """How many characters are computed, the context included; none for an empty text."""
        return len(self) + len(self.context or ()) if len(self) else 0

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

    def __call__(self, text: str, context: str = "") -> Features:
        """The features of ``text``, and of ``context``, the text before it."""
        characters = [self._id(character) for character in text]
        words = word_places(text) if self.settings.segmentation else []
        return Features(characters, words, self(context) if context else None)

    def seeing(self, characters: int) -> Featurizer:
        """The same featurizer for windows of so many characters.

        Raises:
            ConfigError: they are fewer than 16.
        """
        if characters < LEAST_WINDOW:
            raise ConfigError(f"window: got {characters}, expected at least {LEAST_WINDOW}")
        settings = self.settings.model_copy(update={"max_length": characters})
        return Featurizer(settings, self.vocabulary, self.normalise.script)

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
