"""NETWORK → NETWORK whose LSTM loses less of its input when that is rounded to 8 bits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ner.model.encoder import Encoder
from ner.model.network import Network

STEPS = 255  # of 8 bits, from the least to the greatest number
FINER = 16  # how many times as fine the remainder is


class Refined(nn.Module):
    """An encoder that reads beside each number what rounding it leaves.

    An LSTM's input is rounded with one scale for all of it. Vectors of frequent names are many
    times as long as others, of which little is left then. A number x becomes round(x) + r, and the
    weights w of x those of [x, 16 r], which are [w, w / 16]: about 12 bits of x count, for twice as
    many weights of the first layer's input.
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        layers: tuple[Any, ...] = (encoder.forwards[0], encoder.backwards[0])
        for layer in layers:
            own = layer.weight_ih_l0.detach()  # (gates × size, input size)
            layer.weight_ih_l0 = nn.Parameter(torch.cat([own, own / FINER], dim=1))

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """As the encoder's, of vectors (batch, length, input size)."""
        least, greatest = vectors.min().clamp(max=0), vectors.max().clamp(min=0)
        step = (greatest - least).clamp(min=1e-6) / STEPS  # as ONNX Runtime will round
        counts = vectors / step
        remainders = (counts - counts.round()) * (step * FINER)
        states: Tensor = self.encoder(torch.cat([vectors, remainders], dim=-1), mask)
        return states


def refined(network: Network) -> bool:
    """Gives the encoder remainders, and tells so, if it reads an embedding's vectors as they are.

    What a projection gives is alike in length.
    """
    if network.encoder is None or network.embedding.projection is not None:
        return False
    network.encoder = Refined(network.encoder)  # type: ignore[assignment]
    return True
