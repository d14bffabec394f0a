"""The most memory that this process and its children have held, by what the system counts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROC = Path("/proc")


def peak_bytes() -> int | None:
    """The sum of the peaks of resident memory of this process and its living descendants.

    Pages that processes share count for each of them, and their peaks need not have been at one
    time, so it errs upwards. Without ``/proc`` it is this process alone; None where the system
    tells nothing.
    """
    if (PROC / "self" / "status").exists():
        return sum(_high_water(number) for number in _tree(os.getpid()))
    return _own_peak()


def _tree(root: int) -> list[int]:
    """A process and all below it; those that end meanwhile may be missing."""
    found = [root]
    for number in found:
        for task in (PROC / str(number) / "task").glob("*/children"):
            found += map(int, _read(task).split())
    return found


def _high_water(number: int) -> int:
    """VmHWM counts from the program's own start; ``ru_maxrss`` would count its parent's memory."""
    for line in _read(PROC / str(number) / "status").splitlines():
        if line.startswith("VmHWM:"):
            return 1024 * int(line.split()[1])
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended
        return ""


def _own_peak() -> int | None:
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else 1024 * peak)
