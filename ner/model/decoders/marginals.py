"""How probable tags and pairs of tags are in a linear chain, as tensors that gradients pass.

Forward–backward over scaled probabilities (Rabiner 1989) in float64, as in ``chain``, but of
plain operations, so that a loss may be made of its results.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ner.lattice import CLOSED
from ner.model.decoders.rules import Rules


@dataclass(frozen=True, slots=True)
class Marginals:
    """The probabilities of each sentence's parts, among all its paths."""

    tags: Tensor  # (batch, length, tags), zero at padding
    pairs: Tensor  # (batch, tags, tags), from row to column, summed over the sentence
    ends: Tensor  # (batch, tags), of the last real character's tag

    def expected(self, emissions: Tensor, *, start: Tensor, end: Tensor, between: Tensor) -> Tensor:
        """The mean score of the paths, by the scores of another chain, (batch)."""
        own = (self.tags * emissions).sum(dim=(1, 2))  # (batch)
        steps = (self.pairs * between).sum(dim=(1, 2))  # (batch)
        return own + steps + self.tags[:, 0] @ start.double() + self.ends @ end.double()


def marginals(
    emissions: Tensor, mask: Tensor, *, start: Tensor, end: Tensor, between: Tensor
) -> Marginals:
    """The marginals of a chain, in float64.

    Args:
        emissions: (batch, length, tags).
        mask: (batch, length), true at real characters, at least the first of each sentence.
        start: (tags), end: (tags), between: (tags, tags), from row to column.
    """
    scores = emissions.double()
    local = (scores - scores.detach().amax(dim=-1, keepdim=True)).exp()
    local = local.transpose(0, 1)  # (length, batch, tags)
    steps, last = between.double().exp(), end.double().exp()
    real = mask.transpose(0, 1)[..., None]  # (length, batch, 1)
    arriving = start.double().exp() * local[0]  # (batch, tags)
    scales = [arriving.sum(dim=-1, keepdim=True)]  # (batch, 1) each
    reached = [arriving / scales[0]]  # (batch, tags) each
    for place in range(1, len(local)):
        arriving = reached[-1] @ steps * local[place]
        scales.append(arriving.sum(dim=-1, keepdim=True))
        reached.append(torch.where(real[place], arriving / scales[-1], reached[-1]))
    ends = reached[-1] * last  # (batch, tags)
    final = ends.sum(dim=-1, keepdim=True)  # (batch, 1)
    leaving = [last / final]  # (batch, tags) each, from the last place backwards
    entered = []  # (batch, tags) each, likewise
    for place in range(len(local) - 1, 0, -1):
        entered.append(local[place] * leaving[-1] / scales[place] * real[place])
        leaving.append(torch.where(real[place], entered[-1] @ steps.T, leaving[-1]))
    before = torch.stack(reached)  # (length, batch, tags)
    tags = before * torch.stack(leaving[::-1]) * real  # (length, batch, tags)
    pairs = torch.zeros_like(steps).expand(len(mask), *steps.shape)  # (batch, tags, tags)
    if entered:
        pairs = torch.einsum("lbi,lbj->bij", before[:-1], torch.stack(entered[::-1])) * steps
    return Marginals(tags.transpose(0, 1), pairs, ends / final)


@torch.no_grad()
def even(mask: Tensor, rules: Rules) -> Marginals:
    """The marginals where all legal paths of a sentence are equally probable."""
    opened = (rules.start, rules.end, rules.between)
    chain = [torch.from_numpy(np.where(part, 0.0, CLOSED)).to(mask.device) for part in opened]
    nothing = torch.zeros(*mask.shape, len(rules.end), dtype=torch.float64, device=mask.device)
    return marginals(nothing, mask, start=chain[0], end=chain[1], between=chain[2])
