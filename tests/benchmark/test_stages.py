"""Where time goes, of calls whose stage is known."""

import signal
import sys
import time

import pytest

from ner.benchmark.stages import OTHER, by_stage, stage_of
from ner.lattice import pooled


def spin(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


class Slow:
    """What a stage calls that is not of the toolkit: its time is the stage's."""

    @property
    def transitions(self):
        spin(0.2)
        raise StopIteration


def decoding():
    with pytest.raises((StopIteration, RuntimeError)):
        pooled([Slow()])


def test_time_counts_for_the_innermost_stage():
    def call():
        decoding()
        spin(0.1)

    found = by_stage(call)
    assert found["decoding"] == pytest.approx(0.2, rel=0.3)
    assert found[OTHER] == pytest.approx(0.1, rel=0.5)
    assert found["features"] == found["network"] == 0


def test_one_long_operation_counts_in_full():
    found = by_stage(lambda: sum(range(10_000_000)))
    began = time.perf_counter()
    sum(range(10_000_000))
    assert found[OTHER] > (time.perf_counter() - began) / 3


def test_the_alarm_is_as_before_even_after_an_error():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(ZeroDivisionError):
        by_stage(lambda: 1 // 0)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_call_outside_every_stage_is_the_rest():
    assert stage_of(sys._getframe()) == OTHER
    assert stage_of(None) == OTHER
