"""Stretches of places are where a look at each finds them; steps are those of each row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner.features.stretches import Steps, sizes_between, stretches


@given(inside=st.lists(st.booleans(), max_size=12))
def test_a_stretch_begins_and_ends_where_it_changes(inside):
    starts, ends = stretches(np.array(inside, dtype=np.bool_))
    around = [False, *inside, False]
    places = range(len(inside) + 1)
    assert starts.tolist() == [at for at in places if around[at + 1] and not around[at]]
    assert ends.tolist() == [at for at in places if around[at] and not around[at + 1]]


@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_the_steps_are_those_of_all_rows_side_by_side(lengths):
    order, walk = Steps.of(np.array(lengths))
    assert order.tolist() == sorted(range(len(lengths)), key=lambda row: -lengths[row])
    rows = [lengths[row] for row in order]
    expected = [
        (step, row) for step in range(max(rows)) for row, size in enumerate(rows) if size > step
    ]
    assert list(zip(walk.steps.tolist(), walk.rows.tolist(), strict=True)) == expected
    firsts = [sum(step < first for step, _ in expected) for first in range(max(rows) + 1)]
    assert walk.bounds.tolist() == firsts
    assert walk.counts.tolist() == np.diff(firsts).tolist()


@given(sizes=st.lists(st.integers(1, 5), max_size=6))
def test_sizes_are_those_between_starts(sizes):
    starts = np.cumsum([0, *sizes])[:-1]
    assert sizes_between(starts, sum(sizes)).tolist() == sizes
