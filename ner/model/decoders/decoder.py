"""What every decoder is to the network."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from ner.model.decoders.soft import SoftTargets


class Decoded(Protocol):
    """What a decoder found for a batch."""

    @property
    def path(self) -> NDArray[np.int64]:
        """The tags, (batch, length); anything at padding."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many characters each sentence has, (batch)."""

    @property
    def tags(self) -> list[list[int]]:
        """The tags of each sentence's characters."""

    def probability(self, sentence: int, start: int, end: int) -> float:
        """That these characters are one entity with their tags, and no longer one."""

    def probabilities(
        self,
        sentences: NDArray[np.int64],
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        *,
        temperature: float = 1.0,
    ) -> NDArray[np.floating]:
        """As ``probability``, of many spans; a linear chain divides its scores by a temperature."""


class Decoder(nn.Module):
    """States (batch, length, size) → tags."""

    def losses(
        self, states: Tensor, mask: Tensor, tags: Tensor, soft: SoftTargets | None = None
    ) -> Tensor:
        """The negative log-likelihood of each sentence's tags, (batch).

        Where there are soft targets it is mixed with the cross-entropy to their distribution.

        Raises:
            TypeError: the decoder learns from hard tags alone.
        """
        raise NotImplementedError

    def divergences(self, states: Tensor, others: Tensor, mask: Tensor) -> Tensor:
        """How far the tags' distributions by two states of the same sentences differ, (batch).

        Raises:
            TypeError: the decoder cannot say.
        """
        raise TypeError(f"{type(self).__name__} cannot compare two distributions of tags")

    def departures(self, states: Tensor, clean: Tensor, mask: Tensor) -> Tensor:
        """KL(p‖q), (batch): q are the tags' distributions by ``states``, p those by ``clean``.

        p counts as a constant: only q is drawn towards p.

        Raises:
            TypeError: the decoder cannot say.
        """
        raise TypeError(f"{type(self).__name__} cannot compare two distributions of tags")

    def departures_in_part(
        self, states: Tensor, mask: Tensor, clean: Tensor, clean_mask: Tensor, places: Tensor
    ) -> Tensor:
        """Σ KL(p‖q) of the single tags' distributions over the characters that both have, (batch).

        Args:
            states: (batch, length, size), by which q is.
            mask: (batch, length).
            clean: (batch, clean length, size), by which p is; p counts as a constant.
            clean_mask: (batch, clean length).
            places: (batch, length), of the characters among the clean ones, −1 where they lack one.

        Raises:
            TypeError: the decoder cannot say.
        """
        raise TypeError(f"{type(self).__name__} cannot compare two distributions of tags")

    def decode(self, states: Tensor, mask: Tensor) -> Decoded:
        """The tags, always legal, and the probability of a span of them."""
        raise NotImplementedError

    def weights(self, states: Tensor, mask: Tensor) -> Tensor | None:
        """What each tag attended to, (batch, heads, length, length), where a decoder attends."""
        return None
