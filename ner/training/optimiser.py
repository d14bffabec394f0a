"""The optimisers, and the learning rate as a pure function of the step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn
from torch.optim import Adamax, AdamW, Optimizer

from ner.model.embedding import Part
from ner.settings import TrainingSettings


def groups(network: nn.Module, settings: TrainingSettings) -> list[dict[str, Any]]:
    """The learned parameters by decay and rate; each group has its highest rate, ``initial_lr``.

    Norms, biases, embeddings and transitions do not decay. What others have trained has a rate of
    its own, which falls with each layer further down (Howard 2018).
    """
    tables = {id(part.weight) for part in network.modules() if isinstance(part, nn.Embedding)}
    rates = _pretrained_rates(network, settings)
    found: dict[tuple[float, bool], list[nn.Parameter]] = {
        (settings.learning_rate, True): [],
        (settings.learning_rate, False): [],
    }
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        vector = sum(size > 1 for size in parameter.shape) < 2
        named = name.endswith("bias") or "transitions" in name
        plain = vector or named or id(parameter) in tables
        rate = rates.get(id(parameter), settings.learning_rate)
        found.setdefault((rate, not plain), []).append(parameter)
    return [
        {
            "params": parameters,
            "weight_decay": settings.weight_decay if decays else 0.0,
            "lr": rate,
            "initial_lr": rate,
        }
        for (rate, decays), parameters in found.items()
    ]


def _pretrained_rates(network: nn.Module, settings: TrainingSettings) -> dict[int, float]:
    """The highest rate of each pretrained parameter, by its identity."""
    top, decay = settings.transformer_learning_rate, settings.layer_decay
    parts = [part for part in network.modules() if isinstance(part, Part)]
    return {
        id(parameter): top * decay**above
        for part in parts
        for parameter, above in part.pretrained()
    }


def adamw(network: nn.Module, settings: TrainingSettings) -> Optimizer:
    """AdamW (Loshchilov 2019), fused: on a CPU its step takes an eighth of the time."""
    return AdamW(groups(network, settings), lr=settings.learning_rate, fused=True)


def adamax(network: nn.Module, settings: TrainingSettings) -> Optimizer:
    """Adamax (Kingma 2015), whose steps are bounded by the largest gradient of late."""
    return Adamax(groups(network, settings), lr=settings.learning_rate)


OPTIMISERS: dict[str, Callable[[nn.Module, TrainingSettings], Optimizer]] = {
    "adamw": adamw,
    "adamax": adamax,
}


def share(step: int, steps: int, settings: TrainingSettings) -> float:
    """What of its highest rate a group has: up to 1 over the warm-up, then down to 0 at ``steps``.

    Both linearly.
    """
    warmup = max(1, round(steps * settings.warmup))
    if step < warmup:
        return (step + 1) / warmup
    return max(0, steps - step) / (steps - warmup + 1)


def learning_rate(step: int, steps: int, settings: TrainingSettings) -> float:
    """That of what is trained from the start."""
    return settings.learning_rate * share(step, steps, settings)
