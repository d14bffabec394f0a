"""Which device computes."""

from __future__ import annotations

import torch

from ner.errors import ConfigError


def pick(name: str) -> torch.device:
    """The device called ``auto`` (a GPU if any), ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.

    Raises:
        ConfigError: the name is none of these, or the machine lacks it.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if _mps() else "cpu"
    kind, _, index = name.partition(":")
    if kind not in ("cpu", "cuda", "mps") or (index and not index.isdigit()):
        raise ConfigError(f"--device {name}: expected auto, cpu, cuda, cuda:1 or mps")
    lacks = (kind == "cuda" and int(index or 0) >= torch.cuda.device_count()) or (
        kind == "mps" and not _mps()
    )
    if lacks:
        raise ConfigError(
            f"--device {name}: this machine or this build of torch has no such device"
        )
    return torch.device(name)


def _mps() -> bool:
    return torch.backends.mps.is_available()
