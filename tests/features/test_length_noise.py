"""How much sentences of other lengths mix in batches, and what padding that costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.features.batch import plan

LENGTHS = np.random.default_rng(0).integers(1, 100, size=400).tolist()
NOISES = [0.0, 0.05, 0.1, 0.4]


def planned(noise, seed=3):
    return plan(LENGTHS, budget=1000, generator=np.random.default_rng(seed), noise=noise)


def padding(batches):
    places = sum(len(batch) * max(LENGTHS[one] for one in batch) for batch in batches)
    return 1 - sum(LENGTHS) / places


@given(st.floats(0, 0.99), st.integers(0, 9))
def test_every_sentence_is_in_one_batch_within_the_budget(noise, seed):
    batches = planned(noise, seed)
    assert sorted(one for batch in batches for one in batch) == list(range(len(LENGTHS)))
    assert all(len(batch) * max(LENGTHS[one] for one in batch) <= 1000 for batch in batches)


def test_more_noise_is_more_padding():
    shares = [padding(planned(noise)) for noise in NOISES]
    assert shares == sorted(shares)
    assert shares[0] < 0.06 < 0.12 < shares[-1]


@pytest.mark.parametrize("noise", NOISES)
def test_with_noise_other_sentences_meet_in_each_epoch(noise):
    first, second = ({frozenset(batch) for batch in planned(noise, seed)} for seed in (1, 2))
    assert (first == second) == (noise == 0)
    assert planned(noise, 1) != planned(noise, 2)
