"""The linear-chain conditional random field (Lafferty 2001), closed to illegal tags.

pytorch-crf holds the parameters and says what they mean; ``chain`` computes the same loss
faster. An illegal transition has a score so low that its probability and its gradient are
exactly zero, from the first step, in training and in decoding.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torchcrf import CRF

from ner.lattice import Lattice, Transitions
from ner.model.decoders.chain import log_partition, path_score
from ner.tags import continues, legal

CLOSED = -10_000.0


class CRFDecoder(nn.Module):
    """Linear emissions and a score for each pair of neighbouring tags."""

    def __init__(self, *, size: int, tags: Sequence[str], scheme: str) -> None:
        super().__init__()
        self.linear = nn.Linear(size, len(tags))
        self.crf = CRF(len(tags), batch_first=True)
        self._continues = np.array([[continues(a, b) for b in tags] for a in tags])
        self._close(tags, scheme)

    def _close(self, tags: Sequence[str], scheme: str) -> None:
        opened = [legal(None, tag, scheme=scheme) for tag in tags]
        ended = [legal(tag, None, scheme=scheme) for tag in tags]
        between = [[legal(a, b, scheme=scheme) for b in tags] for a in tags]
        chain = self.crf
        with torch.no_grad():
            for scores, open_ in (
                (chain.start_transitions, opened),
                (chain.end_transitions, ended),
                (chain.transitions, between),
            ):
                scores.masked_fill_(~torch.tensor(open_), CLOSED)

    def emissions(self, states: Tensor) -> Tensor:
        """The score of each tag for each character, (batch, length, tags)."""
        return self.linear(states)  # type: ignore[no-any-return]

    def loss(self, states: Tensor, mask: Tensor, tags: Tensor) -> Tensor:
        """The negative log-likelihood of the tags, the mean over sentences."""
        scores = self.emissions(states).float()  # (batch, length, tags)
        chain = {
            "start": self.crf.start_transitions,
            "end": self.crf.end_transitions,
            "between": self.crf.transitions,
        }
        total = log_partition(scores, mask, **chain)  # (batch)
        return (total - path_score(scores, mask, tags, **chain)).mean()

    def decode(self, states: Tensor, mask: Tensor) -> Lattice:
        """The best paths, always legal."""
        scores = self.emissions(states).detach().float().cpu().numpy()
        return Lattice(scores, mask.sum(dim=1).cpu().numpy(), self.transitions())

    def transitions(self) -> Transitions:
        """The chain's scores as arrays."""
        chain = self.crf
        parts = (chain.start_transitions, chain.end_transitions, chain.transitions)
        start, end, between = (part.detach().cpu().double().numpy() for part in parts)
        return Transitions(start, end, between, self._continues)
