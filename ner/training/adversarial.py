"""Adversarial training by the fast gradient method: embeddings that are moved to do harm.

FGM (Miyato 2017): a batch's loss L is followed by L(E + r) with r = ε g / ‖g‖₂, g = ∂L/∂E, and the
gradients of both are added up. Here E are the tables that vectors are looked up in, all of them as
one vector, and g is the batch's: a number that occurs often moves by the sum of its gradients,
where Miyato moves each place of each sentence. That is the usual reading, for it needs nothing
of the network. It costs a second pass, forwards and backwards, and a copy of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from ner.model.embedding.table import Table

TRANSFORMERS = "word_embeddings"  # what a transformer's table of pieces is called


def tables(network: nn.Module) -> list[Tensor]:
    """The weights that vectors are looked up in and that are learned."""
    found: list[Tensor] = []
    for name, part in network.named_modules():
        if isinstance(part, Table):
            found.append(part.learned.weight)
        elif isinstance(part, nn.Embedding) and name.rpartition(".")[2] == TRANSFORMERS:
            found.append(part.weight)
    return [weight for weight in found if weight.requires_grad]


def twice(backward: Callable[[], Tensor], weights: Sequence[Tensor], *, distance: float) -> Tensor:
    """Adds a loss's gradients, and those where the weights are moved against it; the first loss.

    Args:
        backward: computes the loss, adds its gradients, and gives its value.
        weights: to be moved; they are put back exactly.
        distance: ε.
    """
    before = [None if weight.grad is None else weight.grad.clone() for weight in weights]
    loss = backward()
    moves = [_added(weight, old) for weight, old in zip(weights, before, strict=True)]
    with _moved(weights, moves, distance=distance):
        backward()
    return loss


def _added(weight: Tensor, before: Tensor | None) -> Tensor:
    """What was added to the gradient, which holds earlier batches' where they accumulate."""
    if weight.grad is None:
        return torch.zeros_like(weight)
    return weight.grad.clone() if before is None else weight.grad - before


@contextmanager
def _moved(
    weights: Sequence[Tensor], moves: Sequence[Tensor], *, distance: float
) -> Iterator[None]:
    """The weights moved by ``distance`` along ``moves``, which are one vector together."""
    kept = [weight.detach().clone() for weight in weights]
    length = torch.stack([move.float().norm() for move in moves]).norm() if moves else None
    with torch.no_grad():
        for weight, move in zip(weights, moves, strict=True):
            assert length is not None
            weight.add_(move * torch.where(length > 0, distance / length, 0.0))
    try:
        yield
    finally:
        with torch.no_grad():
            for weight, value in zip(weights, kept, strict=True):
                weight.copy_(value)
