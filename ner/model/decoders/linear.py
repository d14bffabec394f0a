"""What decoders of a linear chain share: an emission for each tag, and exact answers from them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ner.lattice import Lattice, Transitions
from ner.model.decoders.decoder import Decoder
from ner.model.decoders.rules import Rules

LEAST = 1e-30  # of a share whose log is taken: what the rules forbid has none


class LinearChain(Decoder):
    """Linear emissions and a score for each pair of neighbouring tags."""

    def __init__(self, *, size: int, tags: Sequence[str], scheme: str) -> None:
        super().__init__()
        self.linear = nn.Linear(size, len(tags))
        self.rules = Rules.of(tags, scheme)

    def tag_axes(self) -> dict[str, int]:
        """The parameters that have a number, row or square a tag, and how many axes are tags."""
        return {"linear.weight": 1, "linear.bias": 1}

    def emissions(self, states: Tensor) -> Tensor:
        """The score of each tag for each character, (batch, length, tags)."""
        return self.linear(states)  # type: ignore[no-any-return]

    def divergences(self, states: Tensor, others: Tensor, mask: Tensor) -> Tensor:
        """½ (KL(p‖q) + KL(q‖p)) of the paths' distributions p and q, for each sentence (batch).

        The chain's other scores are the same in both, so it is exactly ½ Σ (p(y) − q(y)) (e(y) −
        e′(y)) over all characters and tags y, p(y) and q(y) being a tag's shares and e(y), e′(y)
        its emissions.
        """
        pair = [self.emissions(one).double() for one in (states, others)]
        shares = self.shares(torch.cat(pair), torch.cat([mask, mask]))  # (2 batch, length, tags)
        own, other = shares.chunk(2)
        gaps = (own - other) * (pair[0] - pair[1])  # (batch, length, tags)
        return gaps.sum(dim=(1, 2)) / 2

    def departures_in_part(
        self, states: Tensor, mask: Tensor, clean: Tensor, clean_mask: Tensor, places: Tensor
    ) -> Tensor:
        """As in ``Decoder``, of the tags' shares."""
        changed = self.shares(self.emissions(states).double(), mask)  # (batch, length, tags)
        with torch.no_grad():
            found = self.shares(self.emissions(clean).double(), clean_mask)
        where = places.clamp_min(0)[..., None].expand_as(changed)
        own = found.gather(1, where)  # (batch, length, tags)
        gaps = torch.xlogy(own, own) - own * changed.clamp_min(LEAST).log()
        return (gaps.sum(dim=-1) * (places >= 0)).sum(dim=1)

    def shares(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """The probability of each tag at each character, (batch, length, tags); 0 at padding."""
        raise NotImplementedError

    def decode(self, states: Tensor, mask: Tensor) -> Lattice:
        """The best paths, always legal."""
        scores = self.emissions(states).detach().float().cpu().numpy()
        return Lattice(scores, mask.sum(dim=1).cpu().numpy(), self.transitions())

    def transitions(self) -> Transitions:
        """The chain's other scores as arrays."""
        raise NotImplementedError
