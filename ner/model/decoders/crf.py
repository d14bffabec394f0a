"""The linear-chain conditional random field (Lafferty 2001), closed to illegal tags.

pytorch-crf holds the parameters and says what they mean; ``chain`` computes the same loss
faster. An illegal transition has a score so low that its probability and its gradient are
exactly zero, from the first step, in training and in decoding.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torchcrf import CRF

from ner.lattice import CLOSED, Transitions
from ner.model.decoders.chain import log_partition, path_score
from ner.model.decoders.linear import LinearChain
from ner.model.decoders.marginals import even, marginals
from ner.model.decoders.soft import SoftTargets
from ner.settings import CRFSettings


class CRFDecoder(LinearChain):
    """A learned score for each pair of neighbouring tags; the loss is of whole paths.

    With ``smoothing`` ε it is (1 − ε) · −log p(gold) + ε · mean of −log p over all legal paths:
    label smoothing (Szegedy 2016) of the distribution that the CRF gives, that over paths. It is
    exact, and never negative; the mean is one forward–backward over a chain without scores.
    Soft targets are smooth by themselves: the share that they have of a loss is not smoothed.
    """

    def __init__(
        self, settings: CRFSettings, *, size: int, tags: Sequence[str], scheme: str
    ) -> None:
        super().__init__(size=size, tags=tags, scheme=scheme)
        self.crf = CRF(len(tags), batch_first=True)
        self.smoothing = settings.smoothing
        rules, chain = self.rules, self.crf
        with torch.no_grad():
            for scores, open_ in (
                (chain.start_transitions, rules.start),
                (chain.end_transitions, rules.end),
                (chain.transitions, rules.between),
            ):
                scores.masked_fill_(~torch.from_numpy(open_), CLOSED)

    def tag_axes(self) -> dict[str, int]:
        own = {"crf.start_transitions": 1, "crf.end_transitions": 1, "crf.transitions": 2}
        return super().tag_axes() | own

    def losses(
        self, states: Tensor, mask: Tensor, tags: Tensor, soft: SoftTargets | None = None
    ) -> Tensor:
        scores = self.emissions(states).float()  # (batch, length, tags)
        chain = self._chain
        total = log_partition(scores, mask, **chain)  # (batch)
        gold = path_score(scores, mask, tags, **chain)  # (batch)
        hard = total - gold
        if self.smoothing:
            mean = even(mask, self.rules).expected(scores, **chain).to(gold.dtype)  # (batch)
            hard = total - (1 - self.smoothing) * gold - self.smoothing * mean
        if soft is None:
            return hard
        return soft.mixed(hard, total - soft.marginals.expected(scores, **chain))

    def departures(self, states: Tensor, clean: Tensor, mask: Tensor) -> Tensor:
        """Exactly that of whole paths: E_p[log p(path) − log q(path)] by p's marginals."""
        changed = self.emissions(states).double()  # (batch, length, tags)
        chain = self._chain
        with torch.no_grad():
            found = self.emissions(clean).double()
            paths = marginals(found, mask, **chain)
            own = paths.expected(found, **chain) - log_partition(found, mask, **chain)
        return own - paths.expected(changed, **chain) + log_partition(changed, mask, **chain)

    def shares(self, emissions: Tensor, mask: Tensor) -> Tensor:
        return marginals(emissions, mask, **self._chain).tags

    def transitions(self) -> Transitions:
        chain = self.crf
        parts = (chain.start_transitions, chain.end_transitions, chain.transitions)
        start, end, between = (part.detach().cpu().double().numpy() for part in parts)
        return Transitions(start, end, between, self.rules.continues)

    @property
    def _chain(self) -> dict[str, Tensor]:
        chain = self.crf
        return {
            "start": chain.start_transitions,
            "end": chain.end_transitions,
            "between": chain.transitions,
        }
