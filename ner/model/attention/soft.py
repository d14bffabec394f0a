"""Item-wise soft attention: every item gets a weight, by softmax."""

from __future__ import annotations

from torch import Tensor

from ner.model.attention.heads import Attention, Memory


class SoftAttention(Attention):
    """w = softmax(s), c_i = Σ_j w_ij v_j (Bahdanau 2015; Vaswani 2017).

    Time grows with n × m; memory too, but with n + m for scores that are dot products. The one to
    begin with; prefer ``windowed`` for long texts.
    """

    def _weigh(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        return self._scores(queries, memory, first).softmax(dim=-1)

    def _context(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        return self.score.attend(
            queries, memory.keys, memory.values, mask=memory.mask, first=first
        )  # (batch, heads, n, d)
