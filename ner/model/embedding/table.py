"""A vector a number: those that train holds are learned, others stay as they were given."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Table(nn.Module):
    """A lookup whose rows from ``tuned`` on are kept, and zero unless they are given.

    So a word that train lacks keeps the vector that it was given, near to those of its like, and
    costs the optimiser nothing.

    Args:
        rows: how many numbers there are.
        size: of a vector.
        tuned: how many rows are learned, the first ones.
        padding: whether row 0 stays zero.
    """

    def __init__(self, rows: int, size: int, *, tuned: int, padding: bool) -> None:
        super().__init__()
        self.learned = nn.Embedding(max(tuned, 1), size, padding_idx=0 if padding else None)
        # (rows - tuned, size), of half precision: vectors have no more
        self.register_buffer("kept", torch.zeros(max(rows - tuned, 0), size, dtype=torch.half))
        self.kept: Tensor
        self.size = size
        nn.init.normal_(self.learned.weight, std=size**-0.5)
        if padding:
            nn.init.zeros_(self.learned.weight[0])

    def forward(self, numbers: Tensor) -> Tensor:
        """The vectors of ``numbers``, (…, size); zeros for those beyond the last row."""
        learned = self.learned.num_embeddings
        vectors: Tensor = self.learned(numbers.clamp(max=learned - 1))  # (…, size)
        rows = len(self.kept)
        if not rows:
            return vectors * (numbers < learned)[..., None]
        places = numbers - learned
        kept = functional.embedding(places.clamp(0, rows - 1), self.kept).to(vectors.dtype)
        kept = kept * (places < rows)[..., None]  # (…, size)
        return torch.where((places < 0)[..., None], vectors, kept)

    @torch.no_grad()
    def put(self, numbers: Tensor, vectors: Tensor) -> None:
        """Gives the rows ``numbers`` these vectors."""
        learned = self.learned.num_embeddings
        own = numbers < learned
        self.learned.weight[numbers[own]] = vectors[own].to(self.learned.weight.dtype)
        self.kept[numbers[~own] - learned] = vectors[~own].to(self.kept.dtype)
