"""What a character is to the model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ner.settings.base import Settings

LEAST_WINDOW = 16  # characters


class FeatureSettings(Settings):
    """What a character is to the model."""

    normalise: tuple[Literal["width", "case", "script"], ...] = ("width", "case", "script")
    min_count: int = Field(default=1, ge=1)  # rarer characters are unknown
    segmentation: bool = False  # jieba's word boundaries as a second embedding
    max_length: int = Field(default=256, ge=LEAST_WINDOW)  # longer sentences are cut into windows
    overlap: int = Field(default=64, ge=1)  # characters that neighbouring windows share
    context: int = Field(default=0, ge=0)  # sentences before its own that are attended to
