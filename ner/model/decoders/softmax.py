"""Each character's tag by itself, and of all legal paths the one whose tags are likeliest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor
from torch.nn.functional import cross_entropy

from ner.lattice import CLOSED, Transitions
from ner.model.decoders.linear import LinearChain
from ner.model.decoders.soft import SoftTargets
from ner.settings import SoftmaxSettings


class SoftmaxDecoder(LinearChain):
    """Cross-entropy a character; faster to train than a CRF, blind to neighbouring tags.

    With ``smoothing`` ε it is (1 − ε) · −log p(gold) + ε · mean of −log p over all tags (Szegedy
    2016).

    Decoding is Viterbi's with legal steps free and illegal ones closed, so the tags are legal, and
    a span's probability is among legal paths.
    """

    def __init__(
        self, settings: SoftmaxSettings, *, size: int, tags: Sequence[str], scheme: str
    ) -> None:
        super().__init__(size=size, tags=tags, scheme=scheme)
        self.smoothing = settings.smoothing

    def losses(
        self, states: Tensor, mask: Tensor, tags: Tensor, soft: SoftTargets | None = None
    ) -> Tensor:
        scores = self.emissions(states).float().transpose(1, 2)  # (batch, tags, length)
        own = cross_entropy(scores, tags, reduction="none", label_smoothing=self.smoothing)
        hard = (own * mask).sum(dim=1)
        if soft is None:
            return hard
        logs = scores.log_softmax(dim=1).transpose(1, 2)  # (batch, length, tags)
        return soft.mixed(hard, -(soft.marginals.tags * logs).sum(dim=(1, 2)))

    def departures(self, states: Tensor, clean: Tensor, mask: Tensor) -> Tensor:
        changed = self.emissions(states).double().log_softmax(dim=-1)  # (batch, length, tags)
        own = self.emissions(clean).detach().double().log_softmax(dim=-1)
        return ((own.exp() * (own - changed)).sum(dim=-1) * mask).sum(dim=1)

    def shares(self, emissions: Tensor, mask: Tensor) -> Tensor:
        return emissions.softmax(dim=-1) * mask[..., None]

    def transitions(self) -> Transitions:
        rules = self.rules
        opened = (rules.start, rules.end, rules.between)
        start, end, between = (np.where(part, 0.0, CLOSED) for part in opened)
        return Transitions(start, end, between, rules.continues)
