"""The bidirectional LSTM: each character's vector with what stands before and after it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ner.model.recurrent import both_ways
from ner.settings import EncoderSettings


class Encoder(nn.Module):
    """Layers of two LSTMs, one of which reads each sentence from its own end."""

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
        for left, right in zip(self.forwards, self.backwards, strict=True):
            vectors = self.dropout(both_ways(left, right, vectors, mask))  # (batch, length, size)
        if torch.compiler.is_exporting():  # what ONNX Runtime leaves there is zero already
            return vectors
        return vectors * mask[..., None]
