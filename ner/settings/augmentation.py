"""Every kind of enrichment, told apart by ``kind``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from ner.settings.base import Settings


class AugmentationKind(Settings):
    """What every kind of augmentation knows; docs/augmentation.md says what its rate means."""

    kind: str
    rate: float = Field(default=0.5, ge=0, le=1)


class MentionSettings(AugmentationKind):
    kind: Literal["mention"] = "mention"


class WordsSettings(AugmentationKind):
    kind: Literal["words"] = "words"
    file: str  # lines mention<TAB>label; it counts from the corpus folder


class SwapSettings(AugmentationKind):
    kind: Literal["swap"] = "swap"
    within: Literal["sentence", "corpus"] = "sentence"


class ConcatenateSettings(AugmentationKind):
    kind: Literal["concatenate"] = "concatenate"
    between: str = ""


class CharacterSettings(AugmentationKind):
    rate: float = Field(default=0.1, ge=0, le=1)  # of single characters
    where: Literal["inside", "outside", "everywhere"] = "everywhere"  # of entities


class TokensSettings(CharacterSettings):
    kind: Literal["tokens"] = "tokens"


class TransposeSettings(CharacterSettings):
    kind: Literal["transpose"] = "transpose"


class HomophoneSettings(CharacterSettings):
    kind: Literal["homophone"] = "homophone"
    tone: bool = True  # whether the tone must be the same


class LookAlikeSettings(CharacterSettings):
    kind: Literal["look_alike"] = "look_alike"


class CaseSettings(CharacterSettings):
    kind: Literal["case"] = "case"


class WidthSettings(CharacterSettings):
    kind: Literal["width"] = "width"


_OfMentions = MentionSettings | WordsSettings | SwapSettings | ConcatenateSettings
_OfCharacters = TokensSettings | TransposeSettings | HomophoneSettings | LookAlikeSettings
_OfSpelling = CaseSettings | WidthSettings
AnyAugmentation = Annotated[_OfMentions | _OfCharacters | _OfSpelling, Field(discriminator="kind")]


class AugmentationSettings(Settings):
    """Changed copies of train that are trained on, too."""

    copies: int = Field(default=1, ge=1)
    share: float = Field(default=1.0, gt=0, le=1)  # of the documents, drawn for each copy
    redraw: bool = False  # other copies in every epoch, as many each time
    kinds: tuple[AnyAugmentation, ...] = ()  # one after another; in YAML a kind alone will do

    @field_validator("kinds", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if value is None or value == "none":
            return ()
        listed = value if isinstance(value, list | tuple) else (value,)
        return tuple({"kind": one} if isinstance(one, str) else one for one in listed)
