"""Characters, and where they stand in their words, as vectors."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ner.features.segmentation import PLACES
from ner.features.vocabulary import PAD_ID, UNKNOWN_ID
from ner.settings import EmbeddingSettings


class Embedding(nn.Module):
    """A learned vector a character, joined by one for its place in its word where that is known.

    In training a share of the characters is read as unknown, so that [UNK] has learned
    what an unreadable character is like.
    """

    def __init__(self, settings: EmbeddingSettings, *, characters: int, segmentation: bool) -> None:
        super().__init__()
        self.characters = nn.Embedding(characters, settings.size, padding_idx=PAD_ID)
        self.words: nn.Embedding | None = None
        if segmentation:
            self.words = nn.Embedding(PLACES, settings.segmentation_size, padding_idx=PAD_ID)
        self.dropout = nn.Dropout(settings.dropout)
        self.unknown_rate = settings.unknown_rate
        self.size = settings.size + (settings.segmentation_size if segmentation else 0)
        nn.init.normal_(self.characters.weight, std=settings.size**-0.5)

    def forward(self, characters: Tensor, words: Tensor) -> Tensor:
        """Vectors of (batch, length) character numbers and word places."""
        if self.training and self.unknown_rate:
            hidden = torch.rand(characters.shape, device=characters.device) < self.unknown_rate
            characters = characters.masked_fill(hidden & (characters != PAD_ID), UNKNOWN_ID)
        vectors = self.characters(characters)  # (batch, length, size)
        if self.words is not None:
            vectors = torch.cat([vectors, self.words(words)], dim=-1)  # (batch, length, size)
        return self.dropout(vectors)  # type: ignore[no-any-return]
