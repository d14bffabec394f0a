"""What the network has of its own, in ONNX's operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from onnxscript import opset18 as op

import ner.model.recurrent  # noqa: F401  # it defines torch.ops.ner.recurrent

INT32 = 6


def recurrent(vectors: Any, lengths: Any, inputs: Any, states: Any, biases: Any, kind: str) -> Any:
    """``ner.model.recurrent.recurrent``: (batch, length, 2 × size)."""
    steps = op.Transpose(vectors, perm=[1, 0, 2])
    sizes = op.Cast(lengths, to=INT32)
    size = states.shape[-1]
    if kind == "GRU":
        found = op.GRU(
            *(steps, inputs, states, biases, sizes),
            hidden_size=size,
            direction="bidirectional",
            linear_before_reset=1,
        )[0]
    else:
        found = op.LSTM(
            *(steps, inputs, states, biases, sizes), hidden_size=size, direction="bidirectional"
        )[0]
    turned = op.Transpose(found, perm=[2, 0, 1, 3])  # (batch, length, 2, size)
    return op.Reshape(turned, op.Constant(value_ints=[0, 0, -1]))


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.ner.recurrent.default: recurrent
}
