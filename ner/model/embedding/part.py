"""What every part of the embedding is."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from ner.model.inputs import Inputs


class Part(nn.Module):
    """Vectors of the characters, to be joined with those of the other parts.

    ``size`` is that of a character's vector.
    """

    size: int

    def forward(self, inputs: Inputs) -> Tensor:
        """(batch, length, size); anything at padding."""
        raise NotImplementedError

    def pretrained(self) -> Iterator[tuple[nn.Parameter, int]]:
        """The parameters that others have trained, each with how many layers stand above it."""
        yield from ()
