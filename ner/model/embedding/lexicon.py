"""The soft lexicon's vectors: the words around a character, a weighted mean for each set."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from ner.features.lexicon import SETS, Lexicon
from ner.model.embedding.part import Part
from ner.model.embedding.table import Table
from ner.model.inputs import Inputs, WordMatches
from ner.settings import EmbeddingSettings


class LexiconEmbedding(Part):
    """For each of the sets B, M, E, S of a character: Σ weight · [vector of the word; of its kind].

    After Ma et al. 2020; the words' kinds (parts of speech) are ours. A word without a vector has
    zeros there, so that only its kind speaks.
    """

    def __init__(self, settings: EmbeddingSettings, lexicon: Lexicon) -> None:
        super().__init__()
        size = settings.lexicon_size
        tuned = 0 if "lexicon" in settings.frozen else lexicon.tuned
        self.words = Table(lexicon.known, size, tuned=tuned, padding=False) if size else None
        self.kinds = nn.Embedding(len(lexicon.names), settings.kind_size)
        nn.init.normal_(self.kinds.weight, std=settings.kind_size**-0.5)
        kinds = torch.from_numpy(lexicon.kinds.astype(np.int64)).to(_narrow(len(lexicon.names)))
        self.register_buffer("kind_of", kinds, persistent=False)  # (words)
        self.kind_of: Tensor
        self.size = SETS * (size + settings.kind_size)

    def forward(self, inputs: Inputs) -> Tensor:
        batch, length = inputs.mask.shape
        if inputs.matches is None:
            raise ValueError("a lexicon's embedding needs matches")
        vectors = self._weighted(inputs.matches)  # (entries, size / 4)
        sums = vectors.new_zeros(batch * length * SETS, vectors.shape[-1])
        sums = sums.index_add(0, inputs.matches.slots, vectors)  # (batch × length × 4, size / 4)
        return sums.view(batch, length, self.size)

    def _weighted(self, matches: WordMatches) -> Tensor:
        vectors: Tensor = self.kinds(self.kind_of[matches.words].long())  # (entries, kind size)
        if self.words is not None:
            vectors = torch.cat([self.words(matches.words), vectors], dim=-1)
        return vectors * matches.weights[:, None].to(vectors.dtype)


def _narrow(count: int) -> torch.dtype:
    """In what so many numbers are kept: with a graph they go on the disk."""
    return torch.uint8 if count <= 1 << 8 else torch.int32
