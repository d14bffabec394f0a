"""Where a call's time goes, by the stage of the toolkit that is running."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

PACKAGE = str(Path(__file__).parents[1])
EVERY = 0.001  # seconds between two looks
OTHER = "entities and the rest"
# The first that a module's path begins with, from the innermost call outwards.
STAGES = {
    "features/": "features",
    "model/decoders/": "decoding",
    "lattice": "decoding",
    "model/": "network",
    "tagging/runtime": "network",
}


def by_stage(call: Callable[[], None]) -> dict[str, float]:
    """Seconds that a call spends in each stage, by looking at where it is every millisecond.

    A look counts for the time since the one before, so a long operation between two lines of Python
    counts in full, for the line that began it. It must run in the main thread.
    """
    seconds = dict.fromkeys([*STAGES.values(), OTHER], 0.0)
    last = time.perf_counter()

    def look(number: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.perf_counter()
        seconds[stage_of(frame)] += now - last
        last = now

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
    try:
        call()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return seconds


def stage_of(frame: FrameType | None) -> str:
    """The stage of the innermost call that is in one."""
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(PACKAGE):
            inside = path[len(PACKAGE) + 1 :].replace("\\", "/")
            for beginning, stage in STAGES.items():
                if inside.startswith(beginning):
                    return stage
        frame = frame.f_back
    return OTHER
