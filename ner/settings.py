"""The groups of settings, frozen and checked: what a config says, a group a class."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

CORPORA_VARIABLE = "NER_CORPORA"
DEFAULT_ROOT = "corpora"
LEAST_WINDOW = 16  # characters


class Settings(BaseModel):
    """A group of settings: frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DataSettings(Settings):
    """Where the corpus is; without a ``root``, under $NER_CORPORA or else ``corpora``."""

    root: str = ""
    train: str
    dev: str | None = None  # without one, `dev_share` of train is held out, drawn by `seed`
    test: str | None = None
    format: str = "auto"
    encoding: str = "utf-8"
    position_digits: bool | None = None  # columns of 科0 技1; None: told from the tokens
    dev_share: float = Field(default=0.1, gt=0, lt=1)

    def path(self, name: str) -> Path:
        """The place of a file that the settings name."""
        return Path(self.root or os.environ.get(CORPORA_VARIABLE) or DEFAULT_ROOT) / name


class FeatureSettings(Settings):
    """What a character is to the model."""

    normalise: tuple[Literal["width", "case", "script"], ...] = ("width", "case", "script")
    min_count: int = Field(default=1, ge=1)  # rarer characters are unknown
    segmentation: bool = False  # jieba's word boundaries as a second embedding
    max_length: int = Field(default=256, ge=LEAST_WINDOW)  # longer sentences are cut into windows
    overlap: int = Field(default=64, ge=1)  # characters that neighbouring windows share
    context: int = Field(default=0, ge=0)  # sentences before its own that are attended to


class EmbeddingSettings(Settings):
    size: int = Field(default=128, ge=1)
    segmentation_size: int = Field(default=20, ge=1)
    dropout: float = Field(default=0.5, ge=0, lt=1)
    # The share of characters that is replaced by [UNK] in training.
    unknown_rate: float = Field(default=0.05, ge=0, lt=1)


class EncoderSettings(Settings):
    """The bidirectional LSTM; ``size`` counts both directions."""

    size: int = Field(default=256, ge=2, multiple_of=2)
    layers: int = Field(default=1, ge=1)
    dropout: float = Field(default=0.5, ge=0, lt=1)


class AttentionSettings(Settings):
    """What every kind of attention knows."""

    kind: str
    score: str = "relative"
    heads: int = Field(default=4, ge=1)
    head_size: int = Field(default=32, ge=2, multiple_of=2)
    dropout: float = Field(default=0.3, ge=0, lt=1)  # of the residual branch


class SoftSettings(AttentionSettings):
    kind: Literal["soft"] = "soft"


class SparseSettings(AttentionSettings):
    kind: Literal["sparse"] = "sparse"
    alpha: float = Field(default=1.5, gt=1, le=2)  # of α-entmax; 2 is sparsemax


class WindowedSettings(AttentionSettings):
    kind: Literal["windowed"] = "windowed"
    width: int = Field(default=10, ge=1)  # characters to each side


class LocationSettings(AttentionSettings):
    kind: Literal["location"] = "location"
    centre: Literal["predicted", "own"] = "predicted"
    # Characters to each side of an own centre; the most that a predicted deviation grows to.
    width: int = Field(default=10, ge=1)


class SampledSettings(AttentionSettings):
    """How a choice is trained."""

    estimator: Literal["gumbel", "reinforce"] = "gumbel"
    temperature: float = Field(default=1.0, gt=0)  # of gumbel, at first …
    final_temperature: float = Field(default=0.3, gt=0)  # … and after `anneal_steps`
    anneal_steps: int = Field(default=1000, ge=1)  # draws: a batch, in seq2seq a character
    reinforcement: float = Field(default=0.01, ge=0)  # of reinforce: the weight of its term
    baseline: float = Field(default=0.95, ge=0, lt=1)  # of reinforce: the moving mean's decay
    entropy: float = Field(default=0.01, ge=0)  # of reinforce: the bonus for an open choice


class HardSettings(SampledSettings):
    kind: Literal["hard"] = "hard"


class LocationHardSettings(SampledSettings):
    kind: Literal["location_hard"] = "location_hard"
    width: int = Field(default=10, ge=1)  # characters to each side of the location


AnyAttention = Annotated[
    SoftSettings
    | SparseSettings
    | WindowedSettings
    | LocationSettings
    | HardSettings
    | LocationHardSettings,
    Field(discriminator="kind"),
]


def _with_kind(value: Any) -> Any:
    """Attention that does not say its kind is soft; a kind alone will do."""
    if isinstance(value, str):
        return {"kind": value}
    return {"kind": "soft", **value} if isinstance(value, Mapping) else value


class DecoderSettings(Settings):
    kind: str


class CRFSettings(DecoderSettings):
    kind: Literal["crf"] = "crf"


class SoftmaxSettings(DecoderSettings):
    kind: Literal["softmax"] = "softmax"


class Seq2SeqSettings(DecoderSettings):
    """The encoder–decoder: an LSTM that writes tag after tag."""

    kind: Literal["seq2seq"] = "seq2seq"
    size: int = Field(default=128, ge=1)  # of the LSTM
    tag_size: int = Field(default=16, ge=1)
    attention: AnyAttention = SoftSettings(score="additive")
    dropout: float = Field(default=0.3, ge=0, lt=1)
    sampling: float = Field(default=0.25, ge=0, le=1)  # share of own tags fed in training …
    sampling_steps: int = Field(default=1000, ge=1)  # … reached linearly
    beam: int = Field(default=4, ge=1)  # 1 is greedy

    @field_validator("attention", mode="before")
    @classmethod
    def _soft(cls, value: Any) -> Any:
        return _with_kind(value)


AnyDecoder = Annotated[CRFSettings | SoftmaxSettings | Seq2SeqSettings, Field(discriminator="kind")]


class ModelSettings(Settings):
    scheme: Literal["BIO", "BIOES", "BMES", "BILOU"] = "BIOES"
    embedding: EmbeddingSettings = EmbeddingSettings()
    encoder: EncoderSettings = EncoderSettings()
    # In YAML one mechanism, a list of several, or `none`; docs/results.md says why this one.
    attention: tuple[AnyAttention, ...] = (LocationSettings(score="dot"),)
    decoder: AnyDecoder = CRFSettings()  # in YAML the kind alone will do

    @field_validator("attention", mode="before")
    @classmethod
    def _stacked(cls, value: Any) -> Any:
        if value is None or value == "none":
            return ()
        if isinstance(value, list | tuple):
            return tuple(_with_kind(one) for one in value)
        return (_with_kind(value),)

    @field_validator("decoder", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


class TrainingSettings(Settings):
    epochs: int = Field(default=30, ge=1)
    patience: int = Field(default=10, ge=1)  # epochs without a better dev F1
    batch_characters: int = Field(default=1024, ge=1)
    learning_rate: float = Field(default=2e-3, gt=0)
    weight_decay: float = Field(default=0.01, ge=0)  # not on norms, biases and transitions
    warmup: float = Field(default=0.05, ge=0, lt=1)  # share of all steps
    clip: float = Field(default=5.0, gt=0)
    average: float = Field(default=0.998, ge=0, lt=1)  # decay of the kept weights' moving average
    mixed_precision: Literal["auto", "no", "fp16", "bf16"] = (
        "auto"  # auto: bf16 on a GPU that has it
    )

    @field_validator("mixed_precision", mode="before")
    @classmethod
    def _no(cls, value: Any) -> Any:
        """YAML reads a bare ``no`` as false."""
        return "no" if value is False else value


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
    kinds: tuple[AnyAugmentation, ...] = ()  # one after another; in YAML a kind alone will do

    @field_validator("kinds", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if value is None or value == "none":
            return ()
        listed = value if isinstance(value, list | tuple) else (value,)
        return tuple({"kind": one} if isinstance(one, str) else one for one in listed)


class Config(Settings):
    """A whole run."""

    seed: int = 1
    data: DataSettings
    augmentation: AugmentationSettings = AugmentationSettings()
    features: FeatureSettings = FeatureSettings()
    model: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()
