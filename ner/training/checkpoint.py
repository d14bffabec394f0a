"""The state of a run, in one safetensors file that is replaced whole.

Every epoch, or step, draws its randomness from the seed and its own number, so no generator's state
is needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import nn
from torch.optim import Optimizer

from ner.errors import ModelError
from ner.storage import write_bytes

NETWORK, OPTIMISER, PROGRESS = "network.", "optimiser.", "progress"

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    epoch: int = 0  # the last one that is done
    step: int = 0
    best_epoch: int = 0
    best_f1: float = -1.0
    corpus: Mapping[str, str] = field(default_factory=dict)  # digests of what it is trained on


def save(path: Path, network: nn.Module, optimiser: Optimizer, progress: Any) -> None:
    """The run's state at ``path``.

    Args:
        path: of the file.
        network: its weights; of those that are one under several names, one.
        optimiser: its moments.
        progress: how far the run is, a dataclass of what JSON can hold.
    """
    from safetensors.torch import save as to_bytes

    state = optimiser.state_dict()["state"]
    tensors = {NETWORK + name: value for name, value in _own(network).items()}
    for number, slots in state.items():
        tensors |= {f"{OPTIMISER}{number}.{name}": value for name, value in slots.items()}
    on_cpu = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_bytes(path, to_bytes(on_cpu, metadata={PROGRESS: json.dumps(asdict(progress))}))


def told(path: Path, kind: Callable[..., P]) -> P:
    """How far the run at ``path`` was, without its weights.

    Raises:
        ModelError: the checkpoint is missing or damaged.
    """
    return _read(path, kind, lambda _: None)


def load(path: Path, network: nn.Module, optimiser: Optimizer, kind: Callable[..., P]) -> P:
    """Puts the saved state into network and optimiser.

    Args:
        path: of the file.
        network: of the same shape.
        optimiser: of its weights.
        kind: what ``progress`` is, by its fields.

    Raises:
        ModelError: the checkpoint is missing, damaged, or of another network.
    """

    def put(file: Any) -> None:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        parts = {k[len(NETWORK) :]: v for k, v in tensors.items() if k.startswith(NETWORK)}
        if parts.keys() != _own(network).keys():
            raise ValueError("weights of other names")
        network.load_state_dict(parts, strict=False)
        optimiser.load_state_dict({**optimiser.state_dict(), "state": _slots(tensors)})

    return _read(path, kind, put)


def _read(path: Path, kind: Callable[..., P], put: Callable[[Any], None]) -> P:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="pt") as file:
            progress = kind(**json.loads(file.metadata()[PROGRESS]))
            put(file)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from error
    except (SafetensorError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: damaged, or of another network: {error}") from error
    return progress


def _own(network: nn.Module) -> dict[str, torch.Tensor]:
    """All that is saved of a network, each number once."""
    once = {name for name, _ in (*network.named_parameters(), *network.named_buffers())}
    return {name: value for name, value in network.state_dict().items() if name in once}


def _slots(tensors: dict[str, torch.Tensor]) -> dict[int, dict[str, Any]]:
    slots: dict[int, dict[str, Any]] = {}
    for name, value in tensors.items():
        if name.startswith(OPTIMISER):
            number, slot = name[len(OPTIMISER) :].split(".", 1)
            slots.setdefault(int(number), {})[slot] = value
    return slots
