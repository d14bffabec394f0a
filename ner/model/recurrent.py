"""Two recurrent layers side by side: one reads each sentence from its start, one from its end."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# How torch orders the gates of a layer's weights, and how ONNX does.
GATES = {"LSTM": ("ifgo", "iofg"), "GRU": ("rzn", "zrn")}


def both_ways(left: nn.Module, right: nn.Module, vectors: Tensor, mask: Tensor) -> Tensor:
    """The states of both layers side by side, (batch, length, 2 × size), of vectors (batch, length,
    input size); anything at padding.

    Turning the sentences instead of packing them keeps padding out of every state, and lets the
    fused kernels run: on a CPU that trains almost twice as fast as packed sequences. In an exported
    graph it is the one operator that ONNX has for it, which a test holds equal.
    """
    if torch.compiler.is_exporting():
        return _exported(left, right, vectors, mask)
    turned = turned_places(mask)  # (batch, length)
    before, _ = left(vectors)  # (batch, length, size)
    after, _ = right(turn(vectors, turned))  # (batch, length, size)
    return torch.cat([before, turn(after, turned)], dim=-1)


def turned_places(mask: Tensor) -> Tensor:
    """For every place the one it takes when each sentence is read backwards; padding stays."""
    places = torch.arange(mask.shape[1], device=mask.device)  # (length)
    mirrored = mask.sum(dim=1, keepdim=True) - 1 - places  # (batch, length)
    return torch.where(mask, mirrored, places)


def turn(vectors: Tensor, turned: Tensor) -> Tensor:
    """The vectors (batch, length, size) at their turned places."""
    return vectors.gather(1, turned[..., None].expand_as(vectors))


@torch.library.custom_op("ner::recurrent", mutates_args=())
def recurrent(
    vectors: Tensor, lengths: Tensor, inputs: Tensor, states: Tensor, biases: Tensor, kind: str
) -> Tensor:
    """A bidirectional layer as ONNX defines it; it is only written into graphs, never run.

    Args:
        vectors: (batch, length, input size).
        lengths: (batch).
        inputs: weights (2, gates × size, input size), in ONNX's order of gates.
        states: weights (2, gates × size, size).
        biases: (2, 2 × gates × size).
        kind: ``LSTM`` or ``GRU``.
    """
    raise NotImplementedError(f"{kind} is for exported graphs")


@recurrent.register_fake
def _shape(
    vectors: Tensor, lengths: Tensor, inputs: Tensor, states: Tensor, biases: Tensor, kind: str
) -> Tensor:
    batch, length, _ = vectors.shape
    return vectors.new_empty(batch, length, 2 * states.shape[-1])


def _exported(left: nn.Module, right: nn.Module, vectors: Tensor, mask: Tensor) -> Tensor:
    kind = str(left.mode)
    pairs = {
        name: torch.stack([reordered(getattr(one, name), *GATES[kind]) for one in (left, right)])
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    }
    biases = torch.cat([pairs["bias_ih_l0"], pairs["bias_hh_l0"]], dim=1)
    lengths = mask.sum(dim=1).clamp(min=1)  # ONNX knows no empty sentence
    inputs, states = pairs["weight_ih_l0"], pairs["weight_hh_l0"]
    found: Tensor = recurrent(vectors, lengths, inputs, states, biases, kind)
    return found


def reordered(weights: Tensor, own: str, wanted: str) -> Tensor:
    """Rows of gates in the order ``own``, a letter a gate, brought into the order ``wanted``."""
    size = len(weights) // len(own)
    starts = [size * own.index(gate) for gate in wanted]
    return torch.cat([weights[start : start + size] for start in starts])
