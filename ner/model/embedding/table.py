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
        self.rows, self.size = rows, size
        learned = max(tuned, 1)  # an embedding has a row at least
        self.learned = nn.Embedding(learned, size, padding_idx=0 if padding else None)
        # (rows - learned, size), of half precision: vectors have no more
        self.register_buffer("kept", torch.zeros(max(rows - learned, 0), size, dtype=torch.half))
        self.kept: Tensor
        nn.init.normal_(self.learned.weight, std=size**-0.5)
        if padding:
            nn.init.zeros_(self.learned.weight[0])

    def forward(self, numbers: Tensor) -> Tensor:
        """The vectors of ``numbers``, (…, size); zeros for those beyond the last row."""
        learned = self.learned.num_embeddings
        vectors: Tensor = self.learned(numbers.clamp(max=learned - 1))  # (…, size)
        if len(self.kept):
            places = (numbers - learned).clamp(0, len(self.kept) - 1)
            kept = functional.embedding(places, self.kept).to(vectors.dtype)  # (…, size)
            vectors = torch.where((numbers < learned)[..., None], vectors, kept)
        return vectors * (numbers < self.rows)[..., None]

    @torch.no_grad()
    def put(self, numbers: Tensor, vectors: Tensor) -> None:
        """Gives the rows ``numbers`` these vectors."""
        learned = self.learned.num_embeddings
        own = numbers < learned
        self.learned.weight[numbers[own]] = vectors[own].to(self.learned.weight.dtype)
        self.kept[numbers[~own] - learned] = vectors[~own].to(self.kept.dtype)

    def joined(self) -> Tensor:
        """All rows, those that are learned and those that are kept, (rows, size)."""
        return torch.cat([self.learned.weight.float(), self.kept.float()])[: self.rows]
