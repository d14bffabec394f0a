"""How a hard choice is drawn, and how what it was drawn from learns nevertheless."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ner.errors import choose
from ner.model.terms import LossTerm, mean
from ner.settings import SampledSettings


class Estimator(nn.Module):
    """Logits (batch, heads, n, m) → choices, each row of which holds one 1 and zeros.

    In training a choice is drawn from softmax(logits); when tagging it is the most probable one.
    """

    def __init__(self, settings: SampledSettings) -> None:
        super().__init__()

    def forward(self, logits: Tensor, real: Tensor) -> Tensor:
        """The choices; ``real`` (batch, n) is true at queries that count."""
        return self._draw(logits, real) if self.training else _highest(logits)

    def _draw(self, logits: Tensor, real: Tensor) -> Tensor:
        raise NotImplementedError


class Gumbel(Estimator):
    """Straight-through Gumbel-softmax (Jang 2017): the gradient is that of softmax((l + g) / τ).

    τ falls from ``temperature`` to ``final_temperature``, geometrically over ``anneal_steps``
    draws. Biased, of low variance.
    """

    steps: Tensor

    def __init__(self, settings: SampledSettings) -> None:
        super().__init__(settings)
        self.settings = settings
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @property
    def temperature(self) -> float:
        """The τ of the next draw."""
        first, last = self.settings.temperature, self.settings.final_temperature
        share = min(int(self.steps) / self.settings.anneal_steps, 1.0)
        return float(first * (last / first) ** share)

    def _draw(self, logits: Tensor, real: Tensor) -> Tensor:
        noisy = logits + gumbel_noise(logits)  # (batch, heads, n, m)
        soft = (noisy / self.temperature).softmax(dim=-1)
        self.steps += 1
        return _highest(noisy) + (soft - soft.detach())  # exactly 0 or 1, with soft's gradient


class Reinforce(Estimator, LossTerm):
    """The score-function estimator (Williams 1992) with a moving baseline (after Xu 2015).

    The loss gains λ (L − b) · log p(choices) − β · H per sentence: L is the sentence's loss as a
    number, b the moving mean of the loss a character times the sentence's length, H the entropy
    of its choices. Unbiased for λ = 1 and β = 0, of high variance. Only the term's gradient means
    anything, so its value is 0.
    """

    total: Tensor
    weight: Tensor

    def __init__(self, settings: SampledSettings) -> None:
        super().__init__(settings)
        self.share, self.bonus = settings.reinforcement, settings.entropy
        self.decay = settings.baseline
        self.register_buffer("total", torch.zeros(()))
        self.register_buffer("weight", torch.zeros(()))
        self._noted: list[tuple[Tensor, Tensor]] = []  # log p and H of each sentence, by draw

    def _draw(self, logits: Tensor, real: Tensor) -> Tensor:
        chosen = _highest(logits + gumbel_noise(logits))  # a draw from softmax (Gumbel 1954)
        exact = torch.promote_types(logits.dtype, torch.float32)
        logs = logits.to(exact).log_softmax(dim=-1)  # (batch, heads, n, m)
        counted = real[:, None, :].to(exact)  # (batch, 1, n)
        chances = (logs * chosen).sum(dim=-1) * counted  # (batch, heads, n)
        entropies = -(logs.exp() * logs).sum(dim=-1) * counted  # (batch, heads, n)
        self._noted.append((chances.sum(dim=(1, 2)), entropies.sum(dim=(1, 2))))
        return chosen

    def forget(self) -> None:
        self._noted = []

    def term(self, losses: Tensor, lengths: Tensor, weights: Tensor | None = None) -> Tensor:
        if not self._noted:
            return losses.new_zeros(())
        chance = torch.stack([noted[0] for noted in self._noted]).sum(dim=0)  # (batch)
        entropy = torch.stack([noted[1] for noted in self._noted]).sum(dim=0)  # (batch)
        losses = losses.detach()
        now = (losses.sum() / lengths.sum()).to(self.total.dtype)
        baseline = torch.where(self.weight > 0, self.total / self.weight, now)
        gain = (losses - baseline * lengths) * chance  # (batch)
        self.total.lerp_(now, 1 - self.decay)
        self.weight.lerp_(torch.ones_like(now), 1 - self.decay)
        self.forget()
        term = mean(self.share * gain - self.bonus * entropy, weights)
        return term - term.detach()


def gumbel_noise(like: Tensor) -> Tensor:
    """Standard Gumbel noise of this shape."""
    exact = torch.promote_types(like.dtype, torch.float32)
    waits = torch.empty_like(like, dtype=exact).exponential_()  # −log of uniform
    return -waits.log().to(like.dtype)


def _highest(scores: Tensor) -> Tensor:
    """One 1 a row, at the highest score."""
    items = torch.arange(scores.shape[-1], device=scores.device)  # (m)
    return (items == scores.argmax(dim=-1, keepdim=True)).to(scores.dtype)


ESTIMATORS: dict[str, type[Estimator]] = {"gumbel": Gumbel, "reinforce": Reinforce}


def build(settings: SampledSettings) -> Estimator:
    """The estimator that the settings name."""
    return choose(settings.estimator, ESTIMATORS, kind="estimator")(settings)
