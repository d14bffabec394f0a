"""The state of a run after an epoch, in one safetensors file that is replaced whole.

Every epoch draws its randomness from the seed and its own number, so no generator's state is
needed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from ner.errors import ModelError
from ner.storage import write_bytes

NETWORK, OPTIMISER = "network.", "optimiser."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    epoch: int = 0  # the last one that is done
    step: int = 0
    best_epoch: int = 0
    best_f1: float = -1.0


def save(path: Path, network: nn.Module, optimiser: Optimizer, progress: Progress) -> None:
    """The run's state at ``path``."""
    from safetensors.torch import save as to_bytes

    state = optimiser.state_dict()["state"]
    tensors = {NETWORK + name: value for name, value in network.state_dict().items()}
    for number, slots in state.items():
        tensors |= {f"{OPTIMISER}{number}.{name}": value for name, value in slots.items()}
    on_cpu = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_bytes(path, to_bytes(on_cpu, metadata={"progress": json.dumps(asdict(progress))}))


def load(path: Path, network: nn.Module, optimiser: Optimizer) -> Progress:
    """Puts the saved state into network and optimiser.

    Raises:
        ModelError: the checkpoint is missing, damaged, or of another network.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="pt") as file:
            progress = Progress(**json.loads(file.metadata()["progress"]))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        parts = {k[len(NETWORK) :]: v for k, v in tensors.items() if k.startswith(NETWORK)}
        network.load_state_dict(parts)
        optimiser.load_state_dict({**optimiser.state_dict(), "state": _slots(tensors)})
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from error
    except (SafetensorError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: damaged, or of another network: {error}") from error
    return progress


def _slots(tensors: dict[str, torch.Tensor]) -> dict[int, dict[str, Any]]:
    slots: dict[int, dict[str, Any]] = {}
    for name, value in tensors.items():
        if name.startswith(OPTIMISER):
            number, slot = name[len(OPTIMISER) :].split(".", 1)
            slots.setdefault(int(number), {})[slot] = value
    return slots
