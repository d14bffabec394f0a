"""How many things may compute at once unless it is said."""

from __future__ import annotations

import os
import sys

MOST = 16


def cores() -> int:
    """One for each core that this process may use, 16 at most."""
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(usable, MOST)


def threads_of_environment() -> int | None:
    """What OMP_NUM_THREADS says, if it says a number."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return int(wanted) or None if wanted.isdecimal() else None
