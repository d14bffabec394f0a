"""The log partition function of a linear chain, with its gradient by forward–backward.

It equals pytorch-crf's, loss and gradients, and is several times faster: a step is one matrix
product over scaled probabilities (Rabiner 1989) in float64, exact while a character's emissions
differ by less than 300, and autograd keeps no graph of the steps. On a GPU ``products`` takes the
place of the steps.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ner.model.decoders import products


class _LogPartition(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, emissions: Tensor, mask: Tensor, start: Tensor, end: Tensor, between: Tensor
    ) -> Tensor:
        """Σ over all paths, as a log, for each sentence: (batch)."""
        highest = emissions.double().amax(dim=-1, keepdim=True)  # (batch, length, 1)
        local = (emissions.double() - highest).exp().transpose(0, 1)  # (length, batch, tags)
        steps, last = between.double().exp(), end.double().exp()
        real = mask.transpose(0, 1)[..., None]  # (length, batch, 1)
        first = start.double().exp()
        if products.pay(local):
            reached = products.reached(local, steps, first, real)
            arriving = torch.cat([(first * local[0])[None], reached[:-1] @ steps * local[1:]])
            scales = torch.where(real, arriving.sum(dim=-1, keepdim=True), 1.0)
        else:
            reached, scales = _reached(local, steps, first, real)
        final = (reached[-1] * last).sum(dim=-1)  # (batch)
        total = ((scales.log() + highest.transpose(0, 1)) * real).sum(dim=(0, 2)) + final.log()
        ctx.save_for_backward(local, steps, last, real, reached, scales, final)
        ctx.dtypes = (emissions.dtype, start.dtype)
        return total.to(emissions.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """The probability of each tag and of each pair of neighbours."""
        local, steps, last, real, reached, scales, final = ctx.saved_tensors
        weight = gradients[0].double()[:, None]  # (batch, 1)
        if products.pay(local):
            onward = products.onward(local, steps, last, real)
            leaving = onward / (reached * onward).sum(dim=-1, keepdim=True)
        else:
            leaving = _leaving(local, steps, last / final[:, None], real, scales)
        tags = reached * leaving * weight * real  # (length, batch, tags)
        entered = (local * leaving / scales * weight * real)[1:]  # (length - 1, batch, tags)
        pairs = steps * (reached[:-1].flatten(0, 1).T @ entered.flatten(0, 1))  # (tags, tags)
        ends = (reached[-1] * last / final[:, None] * weight).sum(dim=0)  # (tags)
        of_emissions, of_chain = ctx.dtypes
        chain = (tags[0].sum(dim=0), ends, pairs)
        on_chain = (gradient.to(of_chain) for gradient in chain)
        return tags.transpose(0, 1).to(of_emissions), None, *on_chain


def _reached(local: Tensor, steps: Tensor, first: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """What ``products.reached`` gives, by a step a character, and the sum of each step."""
    reached = torch.empty_like(local)  # each row sums to 1
    scales = torch.ones_like(local[..., :1])  # (length, batch, 1)
    arriving = first * local[0]  # (batch, tags)
    for place in range(len(local)):
        if place:
            arriving = reached[place - 1] @ steps * local[place]  # (batch, tags)
        scale = arriving.sum(dim=-1, keepdim=True)  # (batch, 1)
        scales[place] = torch.where(real[place], scale, 1.0)
        before = reached[place - 1] if place else arriving
        reached[place] = torch.where(real[place], arriving / scale, before)
    return reached, scales


def _leaving(local: Tensor, steps: Tensor, last: Tensor, real: Tensor, scales: Tensor) -> Tensor:
    """What ``products.onward`` gives, a step a character, scaled as the steps before it were."""
    leaving = torch.empty_like(local)  # (length, batch, tags)
    leaving[-1] = last
    for place in range(len(local) - 2, -1, -1):
        entered = local[place + 1] * leaving[place + 1] / scales[place + 1]  # (batch, tags)
        onward = entered @ steps.T  # (batch, tags)
        leaving[place] = torch.where(real[place + 1], onward, leaving[place + 1])
    return leaving


def log_partition(
    emissions: Tensor, mask: Tensor, *, start: Tensor, end: Tensor, between: Tensor
) -> Tensor:
    """The log of the summed scores of all paths of each sentence, (batch).

    Args:
        emissions: (batch, length, tags).
        mask: (batch, length), true at real characters, at least the first of each sentence.
        start: (tags), end: (tags), between: (tags, tags), from row to column.
    """
    return _LogPartition.apply(emissions, mask, start, end, between)  # type: ignore


def path_score(
    emissions: Tensor, mask: Tensor, tags: Tensor, *, start: Tensor, end: Tensor, between: Tensor
) -> Tensor:
    """The score of one path of each sentence, (batch)."""
    own = emissions.gather(-1, tags[..., None])[..., 0] * mask  # (batch, length)
    steps = between[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]  # (batch, length - 1)
    final = tags.gather(1, mask.sum(dim=1, keepdim=True) - 1)[:, 0]  # (batch)
    return own.sum(dim=1) + steps.sum(dim=1) + start[tags[:, 0]] + end[final]
