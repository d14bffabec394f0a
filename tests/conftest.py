"""How the suite runs: the same random examples every time, with no limit on an example's time.

Small networks gain nothing by threads, which stand in each other's way once a machine has more to
do than it has cores: one is enough, here and in the processes that tests start.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before anything imports torch

from hypothesis import settings

settings.register_profile("suite", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("suite")
