"""Location-wise soft attention: where to look comes first, what is there second."""

from __future__ import annotations

from torch import Tensor

from ner.model.attention.heads import Attention, Memory, closed, distances
from ner.model.attention.places import Place
from ner.settings import LocationSettings


class LocationAttention(Attention):
    """Scores under a Gaussian around a predicted centre, or within a window that moves along.

    ``predicted`` is local-p, w ∝ exp(s) · exp(−(j − p_i)² / 2σ_i²); unlike in Luong 2015 the
    weights are made to sum to 1. ``own`` is local-m: softmax(s) over the items within ``width`` of
    the query's own place. Time and memory grow with n × m. Where only neighbours count,
    ``windowed`` computes ``own`` at linear cost; as there, a query with no item in sight has
    context zero.
    """

    def __init__(
        self, settings: LocationSettings, *, size: int, query_size: int | None = None
    ) -> None:
        super().__init__(settings, size=size, query_size=query_size)
        self.width = settings.width
        self.place: Place | None = None
        if settings.centre == "predicted":
            self.place = Place(heads=settings.heads, size=settings.head_size, width=self.width)

    def _weigh(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        scores = self._scores(queries, memory, first)  # (batch, heads, n, m)
        seen = memory.mask[:, None, None, :]  # (batch, 1, 1, m)
        if self.place is None:
            near = distances(queries, scores.shape[-1], first).abs() <= self.width  # (n, m)
            seen = seen & near  # (batch, 1, n, m)
        else:
            scores = scores + self.place(queries, memory.mask).to(scores.dtype)
        return closed(scores, seen).softmax(dim=-1) * seen
