"""AdamW and its learning rate, a pure function of the step."""

from __future__ import annotations

from torch import nn
from torch.optim import AdamW

from ner.settings import TrainingSettings


def adamw(network: nn.Module, settings: TrainingSettings) -> AdamW:
    """AdamW (Loshchilov 2019); norms, biases, embeddings and transitions do not decay."""
    decayed: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    tables = {id(part.weight) for part in network.modules() if isinstance(part, nn.Embedding)}
    for name, parameter in network.named_parameters():
        vector = sum(size > 1 for size in parameter.shape) < 2
        named = name.endswith("bias") or "transitions" in name
        plain = vector or named or id(parameter) in tables
        (kept if plain else decayed).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": settings.weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]
    return AdamW(groups, lr=settings.learning_rate)


def learning_rate(step: int, steps: int, settings: TrainingSettings) -> float:
    """Rises linearly over the warm-up, then falls linearly to zero at ``steps``."""
    warmup = max(1, round(steps * settings.warmup))
    if step < warmup:
        return settings.learning_rate * (step + 1) / warmup
    return settings.learning_rate * max(0, steps - step) / (steps - warmup + 1)
