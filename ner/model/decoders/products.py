"""The recursions of forward–backward without a step a character: products of whole stretches.

What n steps do to a vector is a product of n matrices. Its prefixes are found in as many rounds as
n has binary digits, each of which multiplies all of them at once (Hillis and Steele 1986). That is
more arithmetic than a step a character, and hundreds of times fewer operations to start: a GPU
waits for their start, a CPU for the arithmetic.
"""

from __future__ import annotations

import torch
from torch import Tensor

MOST = 1 << 25  # numbers in the matrices of a batch, 256 MB


def pay(local: Tensor) -> bool:
    """Whether products are the faster way for these scores, (length, batch, tags)."""
    return local.is_cuda and local.numel() * local.shape[-1] <= MOST


def reached(local: Tensor, steps: Tensor, start: Tensor, real: Tensor) -> Tensor:
    """How likely each tag is given the characters up to its own, (length, batch, tags).

    Each row sums to 1; at padding it is the last real character's.

    Args:
        local: (length, batch, tags), the exp of each emission.
        steps: (tags, tags), the exp of each transition, from row to column.
        start: (tags), the exp of each first tag's score.
        real: (length, batch, 1), true at real characters.
    """
    return _prefixes(start * local[0], steps * local[1:, :, None], real[1:])


def onward(local: Tensor, steps: Tensor, last: Tensor, real: Tensor) -> Tensor:
    """How well a sentence can go on after each tag, (length, batch, tags).

    Each row sums to 1; at the last real character and at padding it is that of ``last``, (tags),
    the exp of each last tag's score. The rest is as in ``reached``.
    """
    entered = (local[1:, :, None] * steps).transpose(2, 3).flip(0)
    return _prefixes(last.expand_as(local[0]), entered, real[1:].flip(0)).flip(0)


def _prefixes(first: Tensor, matrices: Tensor, real: Tensor) -> Tensor:
    """The vectors v, v M₁, v M₁ M₂, …, each made to sum to 1.

    A product is kept as rows that sum to 1 and the logs of what they summed to, so that however
    far rows are apart, none of them is lost.

    Args:
        first: v, (batch, tags).
        matrices: M, (n, batch, tags, tags).
        real: (n, batch, 1), false where a step leaves the vector as it is.

    Returns:
        (n + 1, batch, tags).
    """
    same = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=matrices.device)
    rows, logs = _scaled(torch.where(real[..., None], matrices, same))
    distance = 1
    while distance < len(rows):  # rows and logs: products of up to so many matrices
        joined = _product(rows[:-distance], logs[:-distance], rows[distance:], logs[distance:])
        rows = torch.cat([rows[:distance], joined[0]])
        logs = torch.cat([logs[:distance], joined[1]])
        distance *= 2
    begun = first[None, :, None]  # (1, batch, 1, tags)
    found, _ = _product(*_scaled(begun.expand(len(rows), -1, -1, -1)), rows, logs)
    return torch.cat([_scaled(begun)[0], found])[:, :, 0]


def _product(rows: Tensor, logs: Tensor, others: Tensor, their: Tensor) -> tuple[Tensor, Tensor]:
    """The product of two scaled matrices, scaled."""
    weights = rows.log() + their[..., None, :]  # (…, rows, tags)
    highest = weights.amax(dim=-1, keepdim=True).clamp_min(torch.finfo(rows.dtype).min)
    found, sums = _scaled((weights - highest).exp() @ others)
    return found, logs + highest[..., 0] + sums


def _scaled(matrices: Tensor) -> tuple[Tensor, Tensor]:
    """Rows that sum to 1, those of zeros apart, and the logs of their sums."""
    sums = matrices.sum(dim=-1, keepdim=True)
    return matrices / sums.clamp_min(torch.finfo(matrices.dtype).tiny), sums.log()[..., 0]
