"""The bidirectional LSTM: each character's vector with what stands before and after it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ner.settings import EncoderSettings


class Encoder(nn.Module):
    """Layers of two LSTMs, one of which reads each sentence from its own end.

    Turning the sentences instead of packing them keeps padding out of every state, and lets the
    fused kernels run: on a CPU that trains almost twice as fast as packed sequences.
    """

    def __init__(self, settings: EncoderSettings, *, input_size: int) -> None:
        super().__init__()
        sizes = [input_size] + [settings.size] * (settings.layers - 1)
        half = settings.size // 2
        self.forwards = nn.ModuleList(nn.LSTM(size, half, batch_first=True) for size in sizes)
        self.backwards = nn.ModuleList(nn.LSTM(size, half, batch_first=True) for size in sizes)
        self.dropout = nn.Dropout(settings.dropout)
        self.size = settings.size

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """States (batch, length, size) of vectors (batch, length, input size); zero at padding."""
        turned = turned_places(mask)  # (batch, length)
        for left, right in zip(self.forwards, self.backwards, strict=True):
            before, _ = left(vectors)  # (batch, length, size / 2)
            after, _ = right(turn(vectors, turned))  # (batch, length, size / 2)
            states = torch.cat([before, turn(after, turned)], dim=-1)  # (batch, length, size)
            vectors = self.dropout(states)
        return vectors * mask[..., None]


def turned_places(mask: Tensor) -> Tensor:
    """For every place the one it takes when each sentence is read backwards; padding stays."""
    places = torch.arange(mask.shape[1], device=mask.device)  # (length)
    mirrored = mask.sum(dim=1, keepdim=True) - 1 - places  # (batch, length)
    return torch.where(mask, mirrored, places)


def turn(vectors: Tensor, turned: Tensor) -> Tensor:
    """The vectors (batch, length, size) at their turned places."""
    return vectors.gather(1, turned[..., None].expand_as(vectors))
