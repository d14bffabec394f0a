"""The one place where all is wired: embedding → BiLSTM → attention → decoder."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ner.config import ModelSettings
from ner.errors import choose
from ner.features.batch import Batch
from ner.model import attention
from ner.model.decoders import DECODERS, Decoded
from ner.model.embedding import Embedding
from ner.model.encoder import Encoder
from ner.tags import tag_set


@dataclass(frozen=True, slots=True)
class Inputs:
    """A batch as tensors on a device."""

    characters: Tensor  # (batch, length)
    words: Tensor  # (batch, length), or (batch, 0) without segmentation
    mask: Tensor  # (batch, length), true at real characters
    tags: Tensor | None = None  # (batch, length)

    @classmethod
    def of(cls, batch: Batch, device: torch.device) -> Inputs:
        """The batch, moved to ``device``."""
        arrays = (batch.characters, batch.words, batch.mask)
        characters, words, mask = (torch.from_numpy(array).to(device) for array in arrays)
        tags = None if batch.tags is None else torch.from_numpy(batch.tags).to(device)
        return cls(characters, words, mask, tags)


class Network(nn.Module):
    """The tagger's network; it knows no files, metrics, devices or optimisers.

    Args:
        settings: its parts.
        labels: of the entities, in the order of their tags.
        characters: the vocabulary's size.
        segmentation: whether word places are given.
    """

    def __init__(
        self,
        settings: ModelSettings,
        *,
        labels: tuple[str, ...],
        characters: int,
        segmentation: bool,
    ) -> None:
        super().__init__()
        tags = tag_set(labels, scheme=settings.scheme)
        self.embedding = Embedding(
            settings.embedding, characters=characters, segmentation=segmentation
        )
        self.encoder = Encoder(settings.encoder, input_size=self.embedding.size)
        size = self.encoder.size
        self.attention: nn.Module | None = None
        if settings.attention is not None:
            self.attention = attention.build(settings.attention, size=size)
            self.attention_dropout = nn.Dropout(settings.attention.dropout)
            self.norm = nn.LayerNorm(size)
        decoder = choose(settings.decoder, DECODERS, kind="decoder")
        self.decoder = decoder(size=size, tags=tags, scheme=settings.scheme)

    def forward(self, inputs: Inputs) -> Tensor:
        """The loss, so that wrappers which call the module train it."""
        return self.loss(inputs)

    def states(self, inputs: Inputs) -> Tensor:
        """What the decoder sees of each character, (batch, length, size)."""
        vectors = self.embedding(inputs.characters, inputs.words)  # (batch, length, size)
        states: Tensor = self.encoder(vectors, inputs.mask)  # (batch, length, size)
        if self.attention is not None:
            context = self.attention(states, states, inputs.mask)  # (batch, length, size)
            states = self.norm(states + self.attention_dropout(context))
        return states

    def emissions(self, inputs: Inputs) -> Tensor:
        """The score of each tag for each character, (batch, length, tags)."""
        return self.decoder.emissions(self.states(inputs))

    def loss(self, inputs: Inputs) -> Tensor:
        """The decoder's loss for a batch with tags."""
        if inputs.tags is None:
            raise ValueError("a loss needs tags")
        return self.decoder.loss(self.states(inputs), inputs.mask, inputs.tags)

    @torch.inference_mode()
    def decode(self, inputs: Inputs) -> Decoded:
        """The tags of a batch; call it in evaluation mode."""
        return self.decoder.decode(self.states(inputs), inputs.mask)
