"""Where a query looks: a centre among the items and a deviation, predicted for each head."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Place(nn.Module):
    """p = a + m · sigmoid(vᵀ tanh(W q)), σ = ½ + width · sigmoid(uᵀ tanh(W q)) (after Luong 2015).

    a is the first real item's place and m their number, so the centre is always among them. At the
    start σ is about half the width, which is Luong's choice for a window of ``width``.
    """

    def __init__(self, *, heads: int, size: int, width: int) -> None:
        super().__init__()
        self.inner = nn.Parameter(torch.empty(heads, size, size))  # W
        self.centre = nn.Parameter(torch.empty(heads, size, 1))  # v
        self.spread = nn.Parameter(torch.empty(heads, size, 1))  # u
        self.width = width
        for parameter in (self.inner, self.centre, self.spread):
            nn.init.uniform_(parameter, -(size**-0.5), size**-0.5)

    def forward(self, queries: Tensor, mask: Tensor) -> Tensor:
        """−(j − p_i)² / 2σ_i², the log of a Gaussian without its factor: (batch, heads, n, m)."""
        hidden = (queries @ self.inner).tanh()  # (batch, heads, n, d)
        exact = torch.promote_types(queries.dtype, torch.float32)  # places beyond 256 need it
        start = mask.to(exact).argmax(dim=-1)[:, None, None, None]  # (batch, 1, 1, 1)
        count = mask.sum(dim=-1)[:, None, None, None]  # (batch, 1, 1, 1)
        centre = start + count * (hidden @ self.centre).to(exact).sigmoid()  # (batch, heads, n, 1)
        deviation = 0.5 + self.width * (hidden @ self.spread).to(exact).sigmoid()
        places = torch.arange(mask.shape[-1], device=mask.device, dtype=exact)  # (m)
        return -(((places - centre) / deviation) ** 2) / 2
