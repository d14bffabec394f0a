"""How the suite runs: the same random examples every time, with no limit on an example's time.

``make test EXAMPLES=1000`` tries so many of each property instead of 100.

Small networks gain nothing by threads, which stand in each other's way once a machine has more to
do than it has cores: one is enough, here and in the processes that tests start. Files with slow
tests come first, so that no process is at one of them while the others have nothing left to do; a
file stays together, since it shares what its tests need. What a shell
starts in the background ignores interrupts, and so would all that tests start and interrupt.
"""

import os
import signal

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before anything imports torch

from hypothesis import settings

signal.signal(signal.SIGINT, signal.default_int_handler)

EXAMPLES = int(os.environ.get("EXAMPLES") or 100)
settings.register_profile("suite", derandomize=True, deadline=None, max_examples=EXAMPLES)
settings.load_profile("suite")


def pytest_collection_modifyitems(items):
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
