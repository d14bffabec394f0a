"""The moving average of the weights over the steps: what is judged and kept."""

from __future__ import annotations

from copy import deepcopy

import torch

from ner.model.network import Network


class Average:
    """An exponential moving average (after Polyak 1992), steadier than the weights of any step.

    It is quick at the start and then goes over about 1 / (1 − decay) steps. Buffers stay as they
    were given: vectors that are kept do not change, and what else training counts in a buffer
    (temperatures, baselines) is of no use to tagging.

    Args:
        network: what is trained.
        decay: in 0…1; 0 keeps the weights of the last step.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self.network = deepcopy(network).requires_grad_(False).eval()
        self._decay = decay

    @torch.no_grad()
    def update(self, network: Network, step: int) -> None:
        """Moves towards the weights after ``step``, counted from 0."""
        decay = min(self._decay, (1 + step) / (10 + step))
        own, new = self.network.parameters(), network.parameters()
        for mean, value in zip(own, new, strict=True):
            mean.lerp_(value.to(mean.device), 1 - decay)
