"""How well a query and an item fit: the score formulas, for any item-wise attention.

Each maps queries (batch, heads, n, d) and keys (batch, heads, m, d) to scores (batch, heads, n, m).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class Dot(nn.Module):
    """s = q · k, unscaled (Luong 2015)."""

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__()

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return queries @ keys.transpose(-1, -2)  # (batch, heads, n, m)


class ScaledDot(nn.Module):
    """s = q · k / √d (Vaswani 2017)."""

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__()
        self.scale = 1 / math.sqrt(size)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        scores: Tensor = queries @ keys.transpose(-1, -2)  # (batch, heads, n, m)
        return scores * self.scale


class Relative(nn.Module):
    """s = (q_i + u) · k_j + (q_i + v) · r_{i−j}, unscaled (TENER, Yan 2019; after Dai 2019).

    r is the sinusoid of the signed distance, so the score knows direction as well as distance,
    at any length; u and v are learned for each head. Costs as much again as the dot product.
    Prefer ``dot`` where order does not matter or the states already carry it and speed counts.
    """

    def __init__(self, *, heads: int, size: int) -> None:
        super().__init__()
        self.content_bias = nn.Parameter(torch.zeros(heads, 1, size))  # u
        self.distance_bias = nn.Parameter(torch.zeros(heads, 1, size))  # v

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        n, m = queries.shape[-2], keys.shape[-2]
        distances = torch.arange(n - 1, -m, -1, device=queries.device)  # (n + m - 1), i - j falling
        exact = torch.promote_types(queries.dtype, torch.float32)
        waves = sinusoids(distances.to(exact), queries.shape[-1])  # (n + m - 1, d)
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
    if n == 1:
        return by_distance
    line = by_distance.reshape(*lead, n * width)[..., n - 1 : n - 1 + n * (width - 1)]
    return line.reshape(*lead, n, width - 1)[..., :m]  # (batch, heads, n, m)


SCORES = {"dot": Dot, "scaled_dot": ScaledDot, "relative": Relative}
