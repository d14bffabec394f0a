"""Item-wise hard attention: each query and head looks at one item only."""

from __future__ import annotations

from torch import Tensor

from ner.model.attention import estimators
from ner.model.attention.heads import Attention, Memory
from ner.settings import HardSettings


class HardAttention(Attention):
    """j* is drawn from softmax(s), c_i = v_j*; the highest score when tagging (Xu 2015).

    Time and memory grow with n × m in training. It shows best what was looked at; soft attention
    nearly always tags better, since the choice learns by an estimate only.
    """

    def __init__(self, settings: HardSettings, *, size: int, query_size: int | None = None) -> None:
        super().__init__(settings, size=size, query_size=query_size)
        self.estimator = estimators.build(settings)

    def _weigh(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        real = memory.mask[:, first : first + queries.shape[2]]  # (batch, n)
        choices: Tensor = self.estimator(self._scores(queries, memory, first), real)
        return choices
