"""Attention: queries weigh items and take their weighted sum. One mechanism a file; their table.

Every mechanism is a module with

    forward(query, items, mask) → context    (batch, n, size)
    weights(query, items, mask) → weights    (batch, heads, n, m), for looking and for tests

for queries (batch, n, size), items (batch, m, size) and a bool mask (batch, m) of real items.

Self-attention is ``query is items``. Residual and norm stand once, in the network.
"""

from __future__ import annotations

from torch import nn

from ner.config import AttentionSettings
from ner.errors import choose
from ner.model.attention.soft import SoftAttention

ATTENTIONS: dict[str, type[SoftAttention]] = {"soft": SoftAttention}


def build(settings: AttentionSettings, *, size: int) -> nn.Module:
    """The mechanism that the settings name, for states of ``size``.

    Raises:
        ConfigError: the kind or the score is unknown.
    """
    return choose(settings.kind, ATTENTIONS, kind="attention")(settings, size=size)
