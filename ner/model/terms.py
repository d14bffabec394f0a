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

    def term(self, losses: Tensor, lengths: Tensor) -> Tensor:
        """The scalar to add, given the decoder's losses (batch) and the sentences' lengths."""
        raise NotImplementedError
