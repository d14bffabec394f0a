"""What stands before a piece of text, for models that attend to it."""

from __future__ import annotations

from collections.abc import Sequence

from ner.settings import FeatureSettings


def contexts(sentences: Sequence[str], settings: FeatureSettings) -> list[str]:
    """For each sentence of a document the text of those before it that it may attend to."""
    count, size = settings.context, settings.max_length
    if not count:
        return [""] * len(sentences)
    return ["".join(sentences[max(0, k - count) : k])[-size:] for k in range(len(sentences))]


def context_of(window_start: int, sentence: str, before: str, settings: FeatureSettings) -> str:
    """The context of a window: what the sentence has before it, then the sentence up to there."""
    if not settings.context:
        return ""
    return (before + sentence[:window_start])[-settings.max_length :]
