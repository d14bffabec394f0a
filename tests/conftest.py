"""How the suite runs: the same random examples every time, with no limit on an example's time."""

from hypothesis import settings

settings.register_profile("suite", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("suite")
