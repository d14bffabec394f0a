"""Every kind of attention, told apart by ``kind``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ner.settings.base import Number, Settings, Whole


class AttentionSettings(Settings):
    """What every kind of attention knows."""

    takes_one: ClassVar[bool] = False  # its weights say which single item was chosen
    kind: str
    score: str = "relative"
    heads: Whole = Field(default=4, ge=1)
    head_size: Whole = Field(default=32, ge=2, multiple_of=2)
    dropout: Number = Field(default=0.3, ge=0, lt=1)  # of the residual branch


class SoftSettings(AttentionSettings):
    kind: Literal["soft"] = "soft"


class SparseSettings(AttentionSettings):
    kind: Literal["sparse"] = "sparse"
    alpha: Number = Field(default=1.5, gt=1, le=2)  # of α-entmax; 2 is sparsemax


class WindowedSettings(AttentionSettings):
    kind: Literal["windowed"] = "windowed"
    width: Whole = Field(default=10, ge=1)  # characters to each side


class LocationSettings(AttentionSettings):
    kind: Literal["location"] = "location"
    centre: Literal["predicted", "own"] = "predicted"
    # Characters to each side of an own centre; the most that a predicted deviation grows to.
    width: Whole = Field(default=10, ge=1)


class SampledSettings(AttentionSettings):
    """How a choice is trained."""

    estimator: Literal["gumbel", "reinforce"] = "gumbel"
    temperature: Number = Field(default=1.0, gt=0)  # of gumbel, at first …
    final_temperature: Number = Field(default=0.3, gt=0)  # … and after `anneal_steps`
    anneal_steps: Whole = Field(default=1000, ge=1)  # draws: a batch, in seq2seq a character
    reinforcement: Number = Field(default=0.01, ge=0)  # of reinforce: the weight of its term
    baseline: Number = Field(default=0.95, ge=0, lt=1)  # of reinforce: the moving mean's decay
    entropy: Number = Field(default=0.01, ge=0)  # of reinforce: the bonus for an open choice


class HardSettings(SampledSettings):
    takes_one: ClassVar[bool] = True
    kind: Literal["hard"] = "hard"


class LocationHardSettings(SampledSettings):
    kind: Literal["location_hard"] = "location_hard"
    width: Whole = Field(default=10, ge=1)  # characters to each side of the location


AnyAttention = Annotated[
    SoftSettings
    | SparseSettings
    | WindowedSettings
    | LocationSettings
    | HardSettings
    | LocationHardSettings,
    Field(discriminator="kind"),
]


def with_kind(value: Any) -> Any:
    """Attention that does not say its kind is soft; a kind alone will do."""
    if isinstance(value, str):
        return {"kind": value}
    return {"kind": "soft", **value} if isinstance(value, Mapping) else value
