"""What a part of the network adds to the loss: the one door for estimators and regularisers."""

from __future__ import annotations

from torch import Tensor, nn


class LossTerm(nn.Module):
    """A module that has a term of its own in the loss.

    The network's loss forgets what such parts noted before, runs them, and adds their terms.
    """

    def forget(self) -> None:
        """Drops what was noted since the last loss."""
        raise NotImplementedError

    def term(self, losses: Tensor, lengths: Tensor, weights: Tensor | None = None) -> Tensor:
        """The scalar to add, given the decoder's losses (batch) and the sentences' lengths.

        ``weights`` (batch) say how much each sentence counts, where they are not all alike.
        """
        raise NotImplementedError


def mean(values: Tensor, weights: Tensor | None) -> Tensor:
    """The mean of the sentences' values (batch), weighted where there are weights (batch)."""
    if weights is None:
        return values.mean()
    return (weights * values).sum() / weights.sum()
