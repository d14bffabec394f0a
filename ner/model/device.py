"""Which device computes."""

from __future__ import annotations

import re

import torch

from ner.errors import ConfigError

NAMES = re.compile(r"cpu|mps|cuda(:[0-9]+)?")


def pick(name: str) -> torch.device:
    """The device called ``auto`` (a GPU if any), ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.

    Raises:
        ConfigError: the name is none of these, or the machine lacks it.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if _mps() else "cpu"
    kind, _, index = name.partition(":")
    if not NAMES.fullmatch(name):
        raise ConfigError(f"device {name}: expected auto, cpu, cuda, cuda:1 or mps")
    lacks = (kind == "cuda" and int(index or 0) >= torch.cuda.device_count()) or (
        kind == "mps" and not _mps()
    )
    if lacks:
        raise ConfigError(f"device {name}: this machine or this build of torch has no such device")
    return torch.device(name)


def _mps() -> bool:
    return torch.backends.mps.is_available()
