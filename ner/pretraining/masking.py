"""What is masked: stretches of pieces, since one piece of a Chinese word tells the others."""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

SHOWN = (0.8, 0.1)  # of what is to be filled in: as [MASK], as any other piece; else as it is
SHORTER = 0.5  # a stretch of one piece more is half as frequent


def draw(
    ids: Tensor, fixed: Tensor, mask: int, *, share: float, longest: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Blocks with holes (Devlin 2019), which are stretches (SpanBERT, Joshi 2020).

    Args:
        ids: (blocks, pieces).
        fixed: (pieces of the vocabulary), true at special ones, which are never masked.
        mask: the number of ``[MASK]``.
        share: of the pieces that are to be filled in, on average.
        longest: pieces of a stretch, at most; stretches may touch.
        generator: draws.

    Returns:
        The blocks as they are shown, and where something is to be filled in, (blocks, pieces).
    """
    holes = _stretches(ids, share=share, longest=longest, generator=generator) & ~fixed[ids]
    pool = ids[~fixed[ids]]  # as frequent as they are in the text
    if not len(pool):
        return ids, holes
    drawn = torch.randint(len(pool), ids.shape, device=ids.device, generator=generator)
    as_mask, as_other = SHOWN
    kind = torch.rand(ids.shape, device=ids.device, generator=generator)
    shown = torch.where(holes & (kind < as_mask), mask, ids)
    other = holes & (kind >= as_mask) & (kind < as_mask + as_other)
    return torch.where(other, pool[drawn], shown), holes


def _stretches(ids: Tensor, *, share: float, longest: int, generator: torch.Generator) -> Tensor:
    """Where stretches are that hold the share of all pieces, (blocks, pieces)."""
    sizes = torch.tensor(_sizes(longest), device=ids.device)
    begins = torch.rand(ids.shape, device=ids.device, generator=generator)
    drawn = torch.multinomial(sizes, ids.numel(), replacement=True, generator=generator)
    reach = torch.where(begins < _frequency(share, longest), drawn.view(ids.shape) + 1, 0)
    found = torch.zeros_like(ids, dtype=torch.bool)
    for further in range(min(longest, ids.shape[1])):
        found[:, further:] |= (reach > further)[:, : ids.shape[1] - further]
    return found


def _sizes(longest: int) -> list[float]:
    """How frequent stretches of 1, 2, … pieces are; together 1."""
    sizes = [SHORTER**more for more in range(longest)]
    return [size / sum(sizes) for size in sizes]


@cache
def _frequency(share: float, longest: int) -> float:
    """How often a stretch begins, so that the share of all pieces is in one or in several.

    The stretches that begin k pieces before a piece miss it with 1 - frequency · P(size > k),
    for each k on its own; the frequency at which all miss it with 1 - share is found by halving.
    """
    sizes = _sizes(longest)
    reaches = [sum(sizes[before:]) for before in range(longest)]
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        enough = 1 - math.prod(1 - middle * reach for reach in reaches) >= share
        low, high = (low, middle) if enough else (middle, high)
    return high
