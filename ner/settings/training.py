"""How a model is trained."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from ner.settings.base import Number, Settings, Switch, Whole


class TrainingSettings(Settings):
    epochs: Whole = Field(default=30, ge=1)
    patience: Whole = Field(default=10, ge=1)  # epochs without a better dev F1
    batch_characters: Whole = Field(default=1024, ge=1)
    # Like lengths go together: the share by which they are taken for longer or shorter.
    length_noise: Number = Field(default=0.1, ge=0, lt=1)
    learning_rate: Number = Field(default=2e-3, gt=0)
    transformer_learning_rate: Number = Field(default=1e-4, gt=0)  # of pretrained parameters
    layer_decay: Number = Field(
        default=0.9, gt=0, le=1
    )  # of that rate, for each layer further down
    optimiser: Literal["adamw", "adamax"] = "adamw"
    weight_decay: Number = Field(default=0.01, ge=0)  # not on norms, biases and transitions
    warmup: Number = Field(default=0.05, ge=0, lt=1)  # share of all steps
    clip: Number = Field(default=5.0, gt=0)
    adversarial: Number = Field(default=0.0, ge=0)  # FGM: how far the embeddings are moved
    r_drop: Number = Field(default=0.0, ge=0)  # weight of the divergence of two passes
    consistency: Number = Field(default=0.0, ge=0)  # weight of what changed copies depart by
    average: Number = Field(default=0.998, ge=0, lt=1)  # decay of the kept weights' moving average
    threshold: Switch = False  # of scores, fitted to dev: what has it is found
    mixed_precision: Literal["auto", "no", "fp16", "bf16"] = (
        "auto"  # auto: bf16 on a GPU that has it
    )

    @field_validator("mixed_precision", mode="before")
    @classmethod
    def _no(cls, value: Any) -> Any:
        """YAML reads a bare ``no`` as false."""
        return "no" if value is False else value
