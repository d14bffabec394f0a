"""One step of training: a batch's gradients, made as the settings say, and one update by them."""

from __future__ import annotations

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from ner.features.batch import Batch
from ner.model.inputs import Inputs
from ner.settings import TrainingSettings
from ner.training import adversarial


def step(
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    accelerator: Accelerator,
    batch: Batch,
    share: float,
    settings: TrainingSettings,
) -> Tensor:
    """One update, at a share of each group's highest rate; the batch's loss, on the device."""
    for group in optimiser.param_groups:
        group["lr"] = group["initial_lr"] * share
    optimiser.zero_grad()
    loss = add_gradients(model, accelerator, Inputs.of(batch, accelerator.device), settings)
    accelerator.clip_grad_norm_(model.parameters(), settings.clip)
    optimiser.step()
    return loss


def add_gradients(
    model: nn.Module, accelerator: Accelerator, inputs: Inputs, settings: TrainingSettings
) -> Tensor:
    """Adds the batch's gradients to those that are there; its loss."""

    def backward() -> Tensor:
        loss: Tensor = model(inputs, settings.r_drop, settings.consistency)
        accelerator.backward(loss)
        return loss.detach()

    if not settings.adversarial:
        return backward()
    weights = adversarial.tables(accelerator.unwrap_model(model))
    return adversarial.twice(backward, weights, distance=settings.adversarial)
