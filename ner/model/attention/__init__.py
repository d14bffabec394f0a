"""Attention: queries weigh items and take their weighted sum. One mechanism a file; their table.

Every mechanism is an ``Attention`` (``heads.py``) with

    forward(query, items, mask, first=0) → context    (batch, n, size)
    weights(query, items, mask, first=0) → weights    (batch, heads, n, m), for looking, for tests

for queries (batch, n, query size), items (batch, m, size) and a bool mask (batch, m) of real
items; ``first`` is the first query's place among the items. Self-attention is ``query is items``.

To add one: its file, its settings in ``ner/settings/``, a line here. Residual and norm stand
once, in the network.
"""

from __future__ import annotations

from typing import Any

from ner.errors import choose
from ner.model.attention.hard import HardAttention
from ner.model.attention.heads import Attention
from ner.model.attention.location import LocationAttention
from ner.model.attention.location_hard import LocationHardAttention
from ner.model.attention.soft import SoftAttention
from ner.model.attention.sparse import SparseAttention
from ner.model.attention.windowed import WindowedAttention
from ner.settings import AttentionSettings

__all__ = ["ATTENTIONS", "Attention", "build"]

ATTENTIONS: dict[str, Any] = {
    "soft": SoftAttention,
    "sparse": SparseAttention,
    "windowed": WindowedAttention,
    "location": LocationAttention,
    "hard": HardAttention,
    "location_hard": LocationHardAttention,
}


def build(settings: AttentionSettings, *, size: int, query_size: int | None = None) -> Attention:
    """The mechanism that the settings name, for items and contexts of ``size``.

    Raises:
        ConfigError: the kind or the score is unknown.
    """
    mechanism = choose(settings.kind, ATTENTIONS, kind="attention")
    built: Attention = mechanism(settings, size=size, query_size=query_size)
    return built
