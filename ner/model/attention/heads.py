"""What all mechanisms share: queries, keys and values by head, and weights made of scores."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ner.errors import choose
from ner.model.attention.scores import SCORES, Score
from ner.settings import AttentionSettings


@dataclass(frozen=True, slots=True)
class Memory:
    """Items as they are attended to, made once for any number of queries."""

    keys: Tensor  # (batch, heads, m, d)
    values: Tensor  # (batch, heads, m, d)
    mask: Tensor  # (batch, m), true at real items


class Attention(nn.Module):
    """Attention by several heads. A mechanism says what ``_weigh`` gives.

    Queries stand among the items: the first at place ``first``, the others after it. Self-attention
    is ``query is items`` and ``first`` 0.

    Args:
        settings: of the mechanism.
        size: of the items, and of the contexts.
        query_size: of the queries, where it is another.
    """

    def __init__(
        self, settings: AttentionSettings, *, size: int, query_size: int | None = None
    ) -> None:
        super().__init__()
        inner = settings.heads * settings.head_size
        self.heads = settings.heads
        self.queries = nn.Linear(query_size or size, inner)
        self.keys = nn.Linear(size, inner, bias=False)
        self.values = nn.Linear(size, inner)
        self.output = nn.Linear(inner, size)
        score = choose(settings.score, SCORES, kind="attention score")
        self.score: Score = score(heads=settings.heads, size=settings.head_size)
        for layer in (self.queries, self.keys):
            nn.init.xavier_uniform_(layer.weight, gain=settings.head_size**-0.25)

    def forward(self, query: Tensor, items: Tensor, mask: Tensor, *, first: int = 0) -> Tensor:
        """The context of each query, (batch, n, size)."""
        return self.attend(query, self.remember(items, mask), first=first)

    def remember(self, items: Tensor, mask: Tensor) -> Memory:
        """The keys and values of items (batch, m, size)."""
        return Memory(self._by_head(self.keys(items)), self._by_head(self.values(items)), mask)

    def attend(self, query: Tensor, memory: Memory, *, first: int = 0) -> Tensor:
        """As ``forward``, of items that are remembered."""
        context = self._context(self._by_head(self.queries(query)), memory, first)
        return self.output(context.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def weights(self, query: Tensor, items: Tensor, mask: Tensor, *, first: int = 0) -> Tensor:
        """The weights (batch, heads, n, m): they sum to 1 over real items and are 0 at others."""
        return self.weigh(query, self.remember(items, mask), first=first)

    def weigh(self, query: Tensor, memory: Memory, *, first: int = 0) -> Tensor:
        """As ``weights``, of items that are remembered."""
        return self._weigh(self._by_head(self.queries(query)), memory, first)

    def _context(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        """The weighted values, (batch, heads, n, d)."""
        return self._weigh(queries, memory, first) @ memory.values

    def _weigh(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        """The weights (batch, heads, n, m) of queries (batch, heads, n, d)."""
        raise NotImplementedError

    def _scores(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        """The scores of real items, the lowest number at others; (batch, heads, n, m)."""
        scores = self.score(queries, memory.keys, first=first)  # (batch, heads, n, m)
        return closed(scores, memory.mask[:, None, None, :])

    def _by_head(self, states: Tensor) -> Tensor:
        batch, length, _ = states.shape
        split = states.reshape(batch, length, self.heads, -1)  # (batch, length, heads, d)
        return split.transpose(1, 2)


def closed(scores: Tensor, open_: Tensor) -> Tensor:
    """The scores where ``open_`` is true, elsewhere one so low that no weight is left."""
    return scores.masked_fill(~open_, torch.finfo(scores.dtype).min)


def distances(queries: Tensor, items: int, first: int) -> Tensor:
    """How far item j stands before query i, as ``(n, m)``: first + i − j."""
    own = torch.arange(first, first + queries.shape[-2], device=queries.device)  # (n)
    return own[:, None] - torch.arange(items, device=queries.device)  # (n, m)
