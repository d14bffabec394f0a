"""Item-wise soft attention: w = softmax(s), c_i = Σ_j w_ij v_j, over any score (Vaswani 2017)."""

from __future__ import annotations

from torch import Tensor, nn

from ner.config import AttentionSettings
from ner.errors import choose
from ner.model.attention.scores import SCORES


class SoftAttention(nn.Module):
    """Several heads that each weigh all items; time and memory grow with n × m."""

    def __init__(self, settings: AttentionSettings, *, size: int) -> None:
        super().__init__()
        inner = settings.heads * settings.head_size
        self.heads = settings.heads
        self.queries = nn.Linear(size, inner)
        self.keys = nn.Linear(size, inner, bias=False)
        self.values = nn.Linear(size, inner)
        self.output = nn.Linear(inner, size)
        score = choose(settings.score, SCORES, kind="attention score")
        self.score = score(heads=settings.heads, size=settings.head_size)
        for layer in (self.queries, self.keys):
            nn.init.xavier_uniform_(layer.weight, gain=settings.head_size**-0.25)

    def forward(self, query: Tensor, items: Tensor, mask: Tensor) -> Tensor:
        """The context of each query (batch, n, size); padded items get weight zero."""
        values = self._by_head(self.values(items))  # (batch, heads, m, d)
        context = self.weights(query, items, mask) @ values  # (batch, heads, n, d)
        return self.output(context.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def weights(self, query: Tensor, items: Tensor, mask: Tensor) -> Tensor:
        """The weights (batch, heads, n, m); they sum to 1 over real items."""
        queries, keys = self._by_head(self.queries(query)), self._by_head(self.keys(items))
        scores: Tensor = self.score(queries, keys)  # (batch, heads, n, m)
        hidden = ~mask[:, None, None, :]  # (batch, 1, 1, m)
        return scores.masked_fill(hidden, float("-inf")).softmax(dim=-1)

    def _by_head(self, states: Tensor) -> Tensor:
        batch, length, _ = states.shape
        split = states.reshape(batch, length, self.heads, -1)  # (batch, length, heads, d)
        return split.transpose(1, 2)
