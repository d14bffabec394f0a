"""Windowed attention: self-attention that sees a few characters to each side, at linear cost."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import pad

from ner.model.attention.heads import Attention, Memory, closed, distances
from ner.settings import WindowedSettings


class WindowedAttention(Attention):
    """w = softmax(s) over the items within ``width`` of the query's own place.

    Time and memory grow with n × width, not n × m: queries are taken in blocks, each with the
    stretch of items that its queries can see (as in Longformer, Beltagy 2020). Prefer it for long
    texts; FLAT (Li 2020) lost 0.2–1.1 F1 by cutting beyond 10 characters. A query with no item in
    sight, as at padding, has context zero.
    """

    def __init__(
        self, settings: WindowedSettings, *, size: int, query_size: int | None = None
    ) -> None:
        super().__init__(settings, size=size, query_size=query_size)
        self.width = settings.width

    def _weigh(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        scores = self.score(queries, memory.keys, first=first)  # (batch, heads, n, m)
        near = distances(queries, scores.shape[-1], first).abs() <= self.width  # (n, m)
        seen = near & memory.mask[:, None, None, :]  # (batch, 1, n, m)
        return closed(scores, seen).softmax(dim=-1) * seen

    def _context(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        if torch.compiler.is_exporting():  # a graph of any length has no blocks
            return super()._context(queries, memory, first)
        batch, heads, n, size = queries.shape
        block = min(n, 2 * self.width)
        blocks = -(-n // block)
        asked = pad(queries, (0, 0, 0, blocks * block - n)).reshape(batch, heads, blocks, block, -1)
        span = block + 2 * self.width
        keys, values = (
            self._spans(part, first, blocks, block, span)  # (batch × blocks, heads, span, d)
            for part in (memory.keys, memory.values)
        )
        real = self._spans(memory.mask[:, None, :, None], first, blocks, block, span)
        asked = asked.transpose(1, 2).flatten(0, 1)  # (batch × blocks, heads, block, d)
        scores = self.score(asked, keys, first=self.width)  # (batch × blocks, heads, block, span)
        near = distances(asked, span, self.width).abs() <= self.width  # (block, span)
        seen = near & real[..., 0][:, :, None, :]  # (batch × blocks, 1, block, span)
        found = (closed(scores, seen).softmax(dim=-1) * seen) @ values
        found = found.reshape(batch, blocks, heads, block, size).transpose(1, 2)
        return found.reshape(batch, heads, blocks * block, size)[:, :, :n]

    def _spans(self, items: Tensor, first: int, blocks: int, block: int, span: int) -> Tensor:
        """The items (batch, heads, m, d) that each block of queries can see."""
        before = self.width - first  # items that lack before the first span, or are left out
        after = blocks * block + self.width + first - items.shape[2]
        padded = pad(items, (0, 0, before, after))  # (batch, heads, span + (blocks - 1) × block, d)
        spans = padded.unfold(2, span, block)  # (batch, heads, blocks, d, span)
        return spans.permute(0, 2, 1, 4, 3).flatten(0, 1)  # (batch × blocks, heads, span, d)
