"""Every decoder, told apart by ``kind``."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from ner.settings.attention import AnyAttention, SoftSettings, with_kind
from ner.settings.base import Number, Settings, Whole


class DecoderSettings(Settings):
    compares: ClassVar[bool] = False  # it can say how far two distributions of tags differ
    softens: ClassVar[bool] = False  # it can learn from how probable tags are
    kind: str


class CRFSettings(DecoderSettings):
    compares = softens = True
    kind: Literal["crf"] = "crf"
    smoothing: Number = Field(default=0.0, ge=0, lt=1)  # the share of all legal paths


class SoftmaxSettings(DecoderSettings):
    compares = softens = True
    kind: Literal["softmax"] = "softmax"
    smoothing: Number = Field(default=0.0, ge=0, lt=1)  # the share of all tags


class Seq2SeqSettings(DecoderSettings):
    """The encoder–decoder: an LSTM that writes tag after tag."""

    kind: Literal["seq2seq"] = "seq2seq"
    size: Whole = Field(default=128, ge=1)  # of the LSTM
    tag_size: Whole = Field(default=16, ge=1)
    attention: AnyAttention = SoftSettings(score="additive")
    dropout: Number = Field(default=0.3, ge=0, lt=1)
    sampling: Number = Field(default=0.25, ge=0, le=1)  # share of own tags fed in training …
    sampling_steps: Whole = Field(default=1000, ge=1)  # … reached linearly
    beam: Whole = Field(default=4, ge=1)  # 1 is greedy

    @field_validator("attention", mode="before")
    @classmethod
    def _soft(cls, value: Any) -> Any:
        return with_kind(value)


AnyDecoder = Annotated[CRFSettings | SoftmaxSettings | Seq2SeqSettings, Field(discriminator="kind")]
