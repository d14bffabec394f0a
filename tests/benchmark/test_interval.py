"""The interval of a median against the enumeration of all orders of luck."""

from itertools import product
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.benchmark.interval import WANTED, coverage, interval

VALUES = st.lists(st.floats(0, 1e9), min_size=1, max_size=40)


def naive_coverage(count, rank):
    """Each value is below the true median or above it, as a coin falls."""
    falls = list(product((False, True), repeat=count))
    held = [rank <= sum(fall) <= count - rank for fall in falls]
    return sum(held) / len(falls)


@pytest.mark.parametrize("count", range(1, 12))
def test_the_coverage_is_that_of_all_falls_of_coins(count):
    for rank in range(1, count // 2 + 1):
        assert coverage(count, rank) == pytest.approx(naive_coverage(count, rank))


@given(VALUES)
def test_it_is_the_narrowest_pair_that_covers_enough(values):
    found, ordered = interval(values), sorted(values)
    pairs = [(coverage(len(values), rank), rank) for rank in range(1, len(values) // 2 + 1)]
    enough = [rank for covered, rank in pairs if covered >= WANTED]
    rank = max(enough, default=1)
    assert (found.low, found.high) == (ordered[rank - 1], ordered[-rank])
    assert found.median == median(values)
    assert found.low <= found.median <= found.high
    assert found.values == tuple(values)
    assert (found.coverage >= WANTED) == (len(values) >= 6)


def test_fewer_than_six_values_say_how_little_they_cover():
    assert [interval(range(count)).coverage for count in (1, 2, 3, 5, 6)] == [
        0,
        0.5,
        0.75,
        0.9375,
        0.96875,
    ]


def test_no_value_has_no_interval():
    with pytest.raises(ValueError, match="at least one value"):
        interval([])
