"""How well a query and an item fit: the score formulas, for every mechanism.

Each maps queries (batch, heads, n, d) and keys (batch, heads, m, d) to scores (batch, heads, n, m);
``first`` is the place of the first query among the items. A score that is the dot product of
mapped vectors is a ``DotProduct``: its softmax attention runs in PyTorch's fused kernels.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, pad, scaled_dot_product_attention


class Score(nn.Module):
    """A score formula of ``heads`` heads over vectors of ``size``."""

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__()

    def forward(self, queries: Tensor, keys: Tensor, *, first: int = 0) -> Tensor:
        raise NotImplementedError

    def attend(
        self, queries: Tensor, keys: Tensor, values: Tensor, *, mask: Tensor, first: int = 0
    ) -> Tensor:
        """The softmax-weighted values (batch, heads, n, d) of real items, mask (batch, m)."""
        scores = self(queries, keys, first=first)  # (batch, heads, n, m)
        lowest = torch.finfo(scores.dtype).min
        closed = (~mask[:, None, None, :]).to(scores.dtype) * lowest  # (batch, 1, 1, m)
        weights = (scores + closed).softmax(dim=-1)  # adding is several times as fast as choosing
        return weights @ values  # type: ignore[no-any-return]


class DotProduct(Score):
    """A score q' · k' of the vectors ``mapped``; fused, its memory grows with n + m."""

    def mapped(self, queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        raise NotImplementedError

    def forward(self, queries: Tensor, keys: Tensor, *, first: int = 0) -> Tensor:
        queries, keys = self.mapped(queries, keys)
        return queries @ keys.transpose(-1, -2)  # (batch, heads, n, m)

    def attend(
        self, queries: Tensor, keys: Tensor, values: Tensor, *, mask: Tensor, first: int = 0
    ) -> Tensor:
        if torch.compiler.is_exporting():  # where what is fused is taken apart, with more steps
            return super().attend(queries, keys, values, mask=mask, first=first)
        queries, keys = self.mapped(queries, keys)
        seen = mask[:, None, None, :]  # (batch, 1, 1, m)
        return scaled_dot_product_attention(queries, keys, values, attn_mask=seen, scale=1.0)


class Dot(DotProduct):
    """s = q · k, unscaled (Luong 2015). The cheapest; TENER reports it better than scaled."""

    def mapped(self, queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        return queries, keys


class ScaledDot(DotProduct):
    """s = q · k / √d (Vaswani 2017). As cheap; softer, steadier where d is large."""

    def mapped(self, queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        return queries / math.sqrt(queries.shape[-1]), keys


class General(DotProduct):
    """s = qᵀ W k, a learned W a head (Luong 2015). A d × d product a query more than ``dot``."""

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__(heads=heads, size=size)
        self.between = nn.Parameter(torch.eye(size).expand(heads, size, size).clone())  # W

    def mapped(self, queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        return queries @ self.between, keys


class Cosine(DotProduct):
    """s = β · cos(q, k), β > 0 learned for each head (Graves 2014). Blind to vectors' lengths."""

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__(heads=heads, size=size)
        self.log_strength = nn.Parameter(torch.full((heads, 1, 1), math.log(size) / 2))  # log β

    def mapped(self, queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        strength = self.log_strength.exp()  # (heads, 1, 1)
        return normalize(queries, dim=-1) * strength, normalize(keys, dim=-1)


class Additive(Score):
    """s = vᵀ tanh(W x + U h), the perceptron of Bahdanau 2015.

    q = W x and k = U h are the maps that every mechanism has, so v alone is the score's own. It
    builds d numbers a pair: d times the memory of a dot product. Prefer it where queries and items
    live in different spaces (encoder–decoder) and sentences are short.
    """

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__(heads=heads, size=size)
        self.combine = nn.Parameter(torch.empty(heads, size, 1).uniform_(-1, 1))  # v

    def forward(self, queries: Tensor, keys: Tensor, *, first: int = 0) -> Tensor:
        hidden = queries[..., :, None, :] + keys[..., None, :, :]  # (batch, heads, n, m, d)
        return (hidden.tanh() @ self.combine[:, None])[..., 0]  # (batch, heads, n, m)


class Relative(Score):
    """s = (q_i + u) · k_j + (q_i + v) · r_{i−j}, unscaled (TENER, Yan 2019; after Dai 2019).

    r is the sinusoid of the signed distance, so the score knows direction as well as distance,
    at any length; u and v are learned for each head. Costs twice as much again as the dot product.
    Prefer ``dot`` where order does not matter or the states already carry it and speed counts.
    """

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__(heads=heads, size=size)
        self.content_bias = nn.Parameter(torch.zeros(heads, 1, size))  # u
        self.distance_bias = nn.Parameter(torch.zeros(heads, 1, size))  # v

    def forward(self, queries: Tensor, keys: Tensor, *, first: int = 0) -> Tensor:
        n, m = queries.shape[-2], keys.shape[-2]
        falling = torch.arange(first + n - 1, first - m, -1, device=queries.device)  # i - j
        exact = torch.promote_types(queries.dtype, torch.float32)
        waves = sinusoids(falling.to(exact), queries.shape[-1])  # (n + m - 1, d)
        content = (queries + self.content_bias) @ keys.transpose(-1, -2)  # (batch, heads, n, m)
        by_distance = (queries + self.distance_bias) @ waves.to(
            queries.dtype
        ).T  # (batch, heads, n, n + m - 1)
        return content + _by_place(by_distance, m)


def sinusoids(positions: Tensor, size: int) -> Tensor:
    """Sines in the first half, cosines in the second, of geometric wavelengths (Vaswani 2017)."""
    half = size // 2
    order = torch.arange(half, device=positions.device, dtype=positions.dtype)
    steps = order * (-math.log(10000.0) / half)
    angles = positions[:, None] * steps.exp()  # (positions, size / 2)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)  # (positions, size)


def _by_place(by_distance: Tensor, m: int) -> Tensor:
    """Row i's scores of falling distances, shifted so that column j holds distance i − j.

    The wanted cell stands at n − 1 − i + j of its row: reading the rows as one line with one
    cell less a row moves each row by one more place, without an index.
    """
    *lead, n, width = by_distance.shape
    if torch.compiler.is_exporting():  # one more cell a row, so that a single row has enough too
        by_distance, width = pad(by_distance, (0, 1)), width + 1
    elif n == 1:
        return by_distance
    line = by_distance.reshape(*lead, n * width)[..., n - 1 : n - 1 + n * (width - 1)]
    return line.reshape(*lead, n, width - 1)[..., :m]  # (batch, heads, n, m)


SCORES: dict[str, type[Score]] = {
    "dot": Dot,
    "scaled_dot": ScaledDot,
    "general": General,
    "additive": Additive,
    "cosine": Cosine,
    "relative": Relative,
}
