"""What decoders of a linear chain share: an emission for each tag, and exact answers from them."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from ner.lattice import Lattice, Transitions
from ner.model.decoders.decoder import Decoder
from ner.model.decoders.rules import Rules


class LinearChain(Decoder):
    """Linear emissions and a score for each pair of neighbouring tags."""

    def __init__(self, *, size: int, tags: Sequence[str], scheme: str) -> None:
        super().__init__()
        self.linear = nn.Linear(size, len(tags))
        self.rules = Rules.of(tags, scheme)

    def emissions(self, states: Tensor) -> Tensor:
        """The score of each tag for each character, (batch, length, tags)."""
        return self.linear(states)  # type: ignore[no-any-return]

    def decode(self, states: Tensor, mask: Tensor) -> Lattice:
        """The best paths, always legal."""
        scores = self.emissions(states).detach().float().cpu().numpy()
        return Lattice(scores, mask.sum(dim=1).cpu().numpy(), self.transitions())

    def transitions(self) -> Transitions:
        """The chain's other scores as arrays."""
        raise NotImplementedError
