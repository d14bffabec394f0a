"""What a character is to the model."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from ner.settings.base import Settings, Switch, Whole

LEAST_WINDOW = 16  # characters


class LexiconSettings(Settings):
    """The words whose matches around a character are a feature (SoftLexicon, Ma et al. 2020)."""

    jieba: Switch = True  # the words of jieba's dictionary, with their parts of speech
    files: tuple[str, ...] = ()  # lines WORD or WORD<TAB>KIND; they count from the corpus folder
    longest: Whole = Field(default=12, ge=2)  # characters; longer words are left out
    # With a limit: words that train has less often come after those frequent elsewhere.
    min_count: Whole = Field(default=1, ge=1)


class LimitSettings(Settings):
    """How many names a table has at most, so that a model is no larger than wanted; none: all."""

    characters: Whole | None = Field(default=None, ge=1)
    bigrams: Whole | None = Field(default=None, ge=1)
    words: Whole | None = Field(
        default=None, ge=1
    )  # of the lexicon; the user's own lists stay whole


class FeatureSettings(Settings):
    """What a character is to the model."""

    normalise: tuple[Literal["width", "case", "script"], ...] = ("width", "case", "script")
    min_count: Whole = Field(default=1, ge=1)  # rarer characters are unknown
    bigrams: Switch = False  # each character with the next one as a second embedding
    bigram_min_count: Whole = Field(default=2, ge=1)  # rarer ones without a vector are unknown
    # jieba's word boundaries as an embedding; with `speech` the parts of speech, too.
    segmentation: Switch | Literal["speech"] = False
    lexicon: LexiconSettings | None = None  # in YAML `jieba` will do
    limits: LimitSettings = LimitSettings()
    max_length: Whole = Field(default=256, ge=LEAST_WINDOW)  # longer sentences are cut into windows
    overlap: Whole = Field(default=64, ge=1)  # characters that neighbouring windows share
    context: Whole = Field(default=0, ge=0)  # sentences before its own that are attended to

    @field_validator("lexicon", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if value == "jieba":
            return {}
        return None if value is False else value
