"""A learned vector for each number of each channel: characters, places in words, bigrams."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ner.features.channels import Channel
from ner.features.channels.vocabulary import PAD_ID, UNKNOWN_ID
from ner.features.featurizer import BIGRAMS, CHARACTERS, WORDS
from ner.model.embedding.part import Part
from ner.model.embedding.table import Table
from ner.model.inputs import Inputs
from ner.settings import EmbeddingSettings

LISTED = (CHARACTERS, BIGRAMS)


class ChannelEmbedding(Part):
    """The vectors of all channels, side by side.

    In training a share of the characters is read as unknown, so that [UNK] has learned
    what an unreadable character is like.
    """

    def __init__(self, settings: EmbeddingSettings, channels: Mapping[str, Channel]) -> None:
        super().__init__()
        sizes = {
            CHARACTERS: settings.size,
            WORDS: settings.segmentation_size,
            BIGRAMS: settings.bigram_size,
        }
        # What is frozen learns no row but those of padding and of the unknown.
        tuned = {
            name: UNKNOWN_ID + 1 if name in settings.frozen else channel.tuned
            for name, channel in channels.items()
        }
        self.tables = nn.ModuleDict(
            {
                name: Table(channel.size, sizes[name], tuned=tuned[name], padding=True)
                for name, channel in channels.items()
                if sizes.get(name)
            }
        )
        self.unknown_rate = settings.unknown_rate
        self.size = sum(sizes[name] for name in self.tables)

    def forward(self, inputs: Inputs) -> Tensor:
        vectors = [
            table(self._read(name, inputs.rows[name])) for name, table in self.tables.items()
        ]
        return torch.cat(vectors, dim=-1)  # (batch, length, size)

    def _read(self, name: str, row: Tensor) -> Tensor:
        """The numbers (batch, length), some of them unknown while training."""
        if not (self.training and self.unknown_rate and name in LISTED):
            return row
        hidden = torch.rand(row.shape, device=row.device) < self.unknown_rate
        return row.masked_fill(hidden & (row != PAD_ID), UNKNOWN_ID)
