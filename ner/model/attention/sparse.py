"""Item-wise sparse attention: most items get a weight of exactly zero, by α-entmax."""

from __future__ import annotations

import torch
from entmax import entmax15, entmax_bisect, sparsemax
from torch import Tensor

from ner.model.attention.heads import Attention, Memory
from ner.settings import SparseSettings

AT_FIRST = 16  # items whose scores are sorted; more where they turn out not to be enough


class SparseAttention(Attention):
    """w = α-entmax(s) (Peters 2019); α = 2 is sparsemax (Martins 2016), α near 1 nears softmax.

    A reader ignores what does not matter: here what is ignored has no weight at all, which also
    shows well. Time and memory grow with n × m; the threshold, found by sorting the highest
    scores (by bisection where α is neither 1.5 nor 2), takes several times as long as softmax.
    """

    def __init__(
        self, settings: SparseSettings, *, size: int, query_size: int | None = None
    ) -> None:
        super().__init__(settings, size=size, query_size=query_size)
        self.alpha = settings.alpha

    def _weigh(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        scores = self._scores(queries, memory, first)  # (batch, heads, n, m)
        exact = torch.promote_types(scores.dtype, torch.float32)  # or the sums are not 1
        return self._share(scores.to(exact)).to(scores.dtype)

    def _share(self, scores: Tensor) -> Tensor:
        # A graph cannot look whether they were enough: there all scores are sorted.
        sorted_ = None if torch.compiler.is_exporting() else AT_FIRST
        if self.alpha == 2:
            return sparsemax(scores, dim=-1, k=sorted_)  # type: ignore[no-any-return]
        if self.alpha == 1.5:
            return entmax15(scores, dim=-1, k=sorted_)  # type: ignore[no-any-return]
        return entmax_bisect(scores, alpha=self.alpha, dim=-1)  # type: ignore[no-any-return]
