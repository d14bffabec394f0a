"""Location-wise hard attention: a place is chosen, and nothing outside a crop around it is seen."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import pad

from ner.model.attention import estimators
from ner.model.attention.heads import Attention, Memory, closed
from ner.model.attention.places import Place
from ner.settings import LocationHardSettings


class LocationHardAttention(Attention):
    """A location is drawn from a Gaussian around a predicted centre; softmax(s) over its crop.

    After the glimpses of Mnih 2014, with places that are items: p(j) ∝ exp(−(j − p_i)² / 2σ_i²)
    over real items, and the crop is those within ``width`` of the drawn one; when tagging the
    most probable location. Time and memory grow with n × m.
    """

    def __init__(
        self, settings: LocationHardSettings, *, size: int, query_size: int | None = None
    ) -> None:
        super().__init__(settings, size=size, query_size=query_size)
        self.width = settings.width
        self.place = Place(heads=settings.heads, size=settings.head_size, width=settings.width)
        self.estimator = estimators.build(settings)

    def _weigh(self, queries: Tensor, memory: Memory, first: int) -> Tensor:
        scores = self._scores(queries, memory, first)  # (batch, heads, n, m)
        seen = memory.mask[:, None, None, :]  # (batch, 1, 1, m)
        logits = closed(self.place(queries, memory.mask), seen)  # (batch, heads, n, m)
        real = memory.mask[:, first : first + queries.shape[2]]  # (batch, n)
        choices: Tensor = self.estimator(logits, real)  # (batch, heads, n, m)
        crop = _around(choices, self.width).to(scores.dtype) * seen  # 1 in the crop, else 0
        highest = closed(scores, crop > 0.5).amax(dim=-1, keepdim=True).detach()
        # Scores outside the crop have no part in the sum, but carry the choice's gradient.
        shares = crop * (scores - highest).clamp(max=0).exp()  # (batch, heads, n, m)
        return shares / shares.sum(dim=-1, keepdim=True)


def _around(choices: Tensor, width: int) -> Tensor:
    """1 at all places within ``width`` of the chosen one, with the choices' gradient."""
    summed = pad(choices, (width + 1, width)).cumsum(dim=-1)  # (…, m + 2 × width + 1)
    m = choices.shape[-1]
    return summed[..., 2 * width + 1 :][..., :m] - summed[..., :m]
