"""Which device computes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ner.errors import ConfigError

if TYPE_CHECKING:
    import torch

NAMES = re.compile(r"auto|cpu|mps|cuda(:[0-9]+)?")


def refuse_unknown(name: str) -> None:
    """Makes sure that devices may be called so, on whatever machine.

    Raises:
        ConfigError: none is.
    """
    if not NAMES.fullmatch(name):
        raise ConfigError(f"device {name}: expected auto, cpu, cuda, cuda:1 or mps")


def pick(name: str) -> torch.device:
    """The device called ``auto`` (a GPU if any), ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.

    Raises:
        ConfigError: the name is none of these, or the machine lacks it.
    """
    import torch

    refuse_unknown(name)
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if _mps() else "cpu"
    kind, _, index = name.partition(":")
    lacks = (kind == "cuda" and int(index or 0) >= torch.cuda.device_count()) or (
        kind == "mps" and not _mps()
    )
    if lacks:
        raise ConfigError(f"device {name}: this machine or this build of torch has no such device")
    return torch.device(name)


def _mps() -> bool:
    import torch

    return torch.backends.mps.is_available()
