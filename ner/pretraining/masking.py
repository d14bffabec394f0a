"""What is masked: stretches of pieces, since one piece of a Chinese word tells the others."""

from __future__ import annotations

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
        share: of the pieces that are to be filled in, nearly.
        longest: pieces of a stretch, at most.
        generator: draws.

    Returns:
        The blocks as they are shown, and where something is to be filled in, (blocks, pieces).
    """
    device = ids.device
    sizes = SHORTER ** torch.arange(longest, device=device)
    mean = float((sizes * torch.arange(1, longest + 1, device=device)).sum() / sizes.sum())
    begins = torch.rand(ids.shape, device=device, generator=generator) < share / mean
    drawn = torch.multinomial(sizes, ids.numel(), replacement=True, generator=generator)
    reach = torch.where(begins, drawn.view(ids.shape) + 1, 0)  # (blocks, pieces)
    holes = torch.zeros_like(begins)
    for further in range(longest):
        holes[:, further:] |= (reach > further)[:, : ids.shape[1] - further]
    holes &= ~fixed[ids]
    as_mask, as_other = SHOWN
    kind = torch.rand(ids.shape, device=device, generator=generator)
    others = ids.flatten()[
        torch.randint(ids.numel(), ids.shape, device=device, generator=generator)
    ]
    shown = torch.where(holes & (kind < as_mask), mask, ids)
    other = holes & (kind >= as_mask) & (kind < as_mask + as_other)
    return torch.where(other, others, shown), holes
