"""Every kind of enrichment, told apart by ``kind``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from ner.settings.base import Number, Settings, Switch, Whole


class AugmentationKind(Settings):
    """What every kind of augmentation knows; docs/augmentation.md says what its rate means."""

    kind: str
    rate: Number = Field(default=0.5, ge=0, le=1)


class MentionSettings(AugmentationKind):
    kind: Literal["mention"] = "mention"


class LongerSettings(AugmentationKind):
    kind: Literal["longer"] = "longer"


class UnseenSettings(AugmentationKind):
    kind: Literal["unseen"] = "unseen"


class CrossSettings(AugmentationKind):
    kind: Literal["cross"] = "cross"


class TypoSettings(AugmentationKind):
    kind: Literal["typo"] = "typo"


class WordsSettings(AugmentationKind):
    kind: Literal["words"] = "words"
    file: str  # lines mention<TAB>label; it counts from the corpus folder


class SwapSettings(AugmentationKind):
    kind: Literal["swap"] = "swap"
    within: Literal["sentence", "corpus"] = "sentence"


class ConcatenateSettings(AugmentationKind):
    kind: Literal["concatenate"] = "concatenate"
    between: str = ""
    most: Whole = Field(default=1, ge=1)  # of the sentences that may follow


class ScriptSettings(AugmentationKind):
    kind: Literal["traditional"] = "traditional"
    variant: Literal["s2t", "s2tw", "s2twp", "s2hk"] = "s2tw"  # OpenCC's names


class NumeralsSettings(AugmentationKind):
    kind: Literal["numerals"] = "numerals"


class InsertSettings(AugmentationKind):
    kind: Literal["insert"] = "insert"
    rate: Number = Field(default=0.1, ge=0, le=1)  # of the places where it can stand
    what: Literal["blank", "emoji", "filler"] = "blank"


class CharacterSettings(AugmentationKind):
    rate: Number = Field(default=0.1, ge=0, le=1)  # of single characters
    where: Literal["inside", "outside", "everywhere"] = "everywhere"  # of entities


class TokensSettings(CharacterSettings):
    kind: Literal["tokens"] = "tokens"


class TransposeSettings(CharacterSettings):
    kind: Literal["transpose"] = "transpose"
    within: Literal["text", "words"] = "text"  # words: as readers overlook it


class HomophoneSettings(CharacterSettings):
    kind: Literal["homophone"] = "homophone"
    tone: Switch = True  # whether the tone must be the same


class LookAlikeSettings(CharacterSettings):
    kind: Literal["look_alike"] = "look_alike"


class DropSettings(CharacterSettings):
    kind: Literal["drop"] = "drop"


class DoubleSettings(CharacterSettings):
    kind: Literal["double"] = "double"


class PunctuationSettings(CharacterSettings):
    kind: Literal["punctuation"] = "punctuation"


class SpellingSettings(CharacterSettings):
    by: Literal["character", "run"] = "character"  # run: of letters, of digits, at once


class CaseSettings(SpellingSettings):
    kind: Literal["case"] = "case"


class WidthSettings(SpellingSettings):
    kind: Literal["width"] = "width"


_OfMentions = MentionSettings | LongerSettings | UnseenSettings | CrossSettings | WordsSettings
_OfSentences = SwapSettings | ConcatenateSettings | ScriptSettings
_OfCharacters = TokensSettings | TransposeSettings | HomophoneSettings | LookAlikeSettings
_OfLengths = DropSettings | DoubleSettings | TypoSettings | InsertSettings | PunctuationSettings
_OfSpelling = CaseSettings | WidthSettings | NumeralsSettings
AnyAugmentation = Annotated[
    _OfMentions | _OfSentences | _OfCharacters | _OfLengths | _OfSpelling,
    Field(discriminator="kind"),
]


class AugmentationSettings(Settings):
    """Changed copies of train that are trained on, too."""

    copies: Whole = Field(default=1, ge=1)
    share: Number = Field(default=1.0, gt=0, le=1)  # of the documents, drawn for each copy
    redraw: Switch = False  # other copies in every epoch, as many each time
    kinds: tuple[AnyAugmentation, ...] = ()  # one after another; in YAML a kind alone will do

    @field_validator("kinds", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        listed = value if isinstance(value, list | tuple) else (value,)
        return tuple({"kind": one} if isinstance(one, str) else one for one in listed)
