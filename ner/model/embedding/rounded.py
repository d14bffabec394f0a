"""ROWS → a table that looks them up in 8 or 4 bits, each row with a scale of its own."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

LEAST = 2.0**-24  # the least number over zero of half precision
SHRINKINGS = (1.0, 0.95, 0.9, 0.85)  # of a row's scale, where few steps are all there are
LOW, HIGH = 15, 240  # the lower and the upper four of eight bits
UPPER = 16  # what one of the upper four counts


class RoundedTable(nn.Module):
    """Rows to look up, in 8 bits.

    Names that are rare have vectors many times as short as others, so that a scale for all would
    leave little of them. A number is off by half a 127th of the largest in its row, at most.

    Args:
        rows: (rows, size).
    """

    STEPS: Final = 127  # to each side of zero

    def __init__(self, rows: Tensor) -> None:
        super().__init__()
        self.last = len(rows)
        given = torch.cat([rows, rows.new_zeros(1, rows.shape[1])]).detach()
        scales = (given.abs().amax(dim=1, keepdim=True) / self.STEPS).half()
        self.register_buffer("steps", stepped(given, scales, self.STEPS).to(torch.int8))
        self.register_buffer("scales", scales)  # (rows + 1, 1)
        self.steps: Tensor
        self.scales: Tensor

    def forward(self, numbers: Tensor) -> Tensor:
        """The vectors of ``numbers``, (…, size); zeros for those beyond the last row."""
        places = numbers.clamp(max=self.last)
        steps = functional.embedding(places, self.steps).float()  # (…, size)
        return steps * functional.embedding(places, self.scales).float()


class PackedTable(nn.Module):
    """Rows to look up, in 4 bits: two numbers a byte, half of the room of 8 bits.

    With so few steps the least mean error comes where a row's largest numbers are cut a little, so
    each row has the best of a few scales.

    Args:
        rows: (rows, size), of an even size.
    """

    STEPS: Final = 7  # to each side of zero
    ZERO: Final = 8  # what stands for it

    def __init__(self, rows: Tensor) -> None:
        super().__init__()
        self.last = len(rows)
        given = torch.cat([rows, rows.new_zeros(1, rows.shape[1])]).detach()
        scales = _least_error(given, self.STEPS)
        self.register_buffer("nibbles", packed(stepped(given, scales, self.STEPS) + self.ZERO))
        self.register_buffer("scales", scales)  # (rows + 1, 1)
        self.nibbles: Tensor
        self.scales: Tensor

    def forward(self, numbers: Tensor) -> Tensor:
        """The vectors of ``numbers``, (…, size); zeros for those beyond the last row."""
        places = numbers.clamp(max=self.last)
        steps = self.steps_of(functional.embedding(places, self.nibbles))
        return steps * functional.embedding(places, self.scales).float()

    @classmethod
    def steps_of(cls, nibbles: Tensor) -> Tensor:
        """How many of its row's scales each number is: (…, size / 2) bytes → (…, size)."""
        return unpacked(nibbles) - cls.ZERO


def stepped(rows: Tensor, scales: Tensor, most: int) -> Tensor:
    """Rows as whole numbers of their scales, ``most`` to each side of zero."""
    return (rows / scales.float().clamp(min=LEAST)).round().clamp(-most, most)


def packed(numbers: Tensor) -> Tensor:
    """Whole numbers under 16, (…, size), in bytes, (…, size / 2), the first half in low bits."""
    low, high = numbers.to(torch.uint8).chunk(2, dim=-1)
    return low + UPPER * high


def unpacked(nibbles: Tensor) -> Tensor:
    """What ``packed`` was given, as floating-point numbers."""
    low, high = (nibbles & LOW).float(), (nibbles & HIGH).float()  # graphs cannot shift bytes
    return torch.cat([low, high / UPPER], dim=-1)


def _least_error(rows: Tensor, most: int) -> Tensor:
    """Of a few scales for each row the one by which rounding changes it least, (rows, 1)."""
    whole = rows.abs().amax(dim=1, keepdim=True) / most
    tried = [(whole * share).half() for share in SHRINKINGS]
    gaps = [_gap(rows, scales, most) for scales in tried]
    best = torch.stack(gaps).argmin(dim=0)  # (rows)
    return torch.stack(tried).squeeze(-1).gather(0, best[None]).T  # (rows, 1)


def _gap(rows: Tensor, scales: Tensor, most: int) -> Tensor:
    """The squared error of each row, (rows)."""
    return (stepped(rows, scales, most) * scales.float() - rows).square().sum(dim=1)
