"""Batches hold every sentence once, within the budget, real characters on the left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import full_featurizer, rows_of

from ner.features.batch import batch_of, collate, plan

LENGTHS = st.lists(st.integers(0, 60), max_size=40)
BUDGETS = st.integers(1, 200)
SEEDS = st.none() | st.integers(0, 9)


def _plan(lengths, budget, seed):
    generator = None if seed is None else np.random.default_rng(seed)
    return plan(lengths, budget=budget, generator=generator)


@given(LENGTHS, BUDGETS, SEEDS)
def test_every_sentence_but_the_empty_ones_is_in_one_batch(lengths, budget, seed):
    planned = [place for batch in _plan(lengths, budget, seed) for place in batch]
    assert sorted(planned) == [place for place, length in enumerate(lengths) if length]


@given(LENGTHS, BUDGETS, SEEDS)
def test_a_batch_is_within_the_budget_or_one_sentence(lengths, budget, seed):
    for batch in _plan(lengths, budget, seed):
        padded = len(batch) * max(lengths[place] for place in batch)
        assert batch
        assert padded <= budget or len(batch) == 1


@given(LENGTHS, BUDGETS)
def test_without_a_generator_sentences_go_from_short_to_long(lengths, budget):
    planned = [lengths[place] for batch in _plan(lengths, budget, None) for place in batch]
    assert planned == sorted(planned)


def test_the_seed_decides_the_plan():
    lengths = [3 + place % 17 for place in range(90)]
    plans = [_plan(lengths, 64, seed) for seed in (1, 1, 2, None)]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]
    assert plans[0] != plans[3]


def test_sentences_of_like_length_meet_in_a_random_plan_too():
    lengths = np.random.default_rng(0).integers(1, 100, size=400)
    batches = _plan(lengths.tolist(), 1000, 3)
    padded = sum(len(batch) * lengths[batch].max() for batch in batches)
    assert padded < 1.15 * lengths.sum()


def _features(rows, *, words):
    return [rows_of(row, [number % 4 + 1 for number in row] if words else ()) for row in rows]


ROWS = st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=12), min_size=1, max_size=6)


@given(ROWS, st.booleans())
def test_real_characters_stand_on_the_left_and_zeros_pad(rows, words):
    features = _features(rows, words=words)
    batch = collate(features, [[7] * len(row) for row in rows])
    length = max(map(len, rows))
    for place, row in enumerate(rows):
        padding = [0] * (length - len(row))
        assert batch.mask[place].tolist() == [True] * len(row) + [False] * len(padding)
        assert batch.tags[place].tolist() == [7] * len(row) + padding
        own = {name: batch.rows[name][place].tolist() for name in batch.rows}
        assert own == {name: [*row, *padding] for name, row in features[place].rows.items()}
    assert batch.lengths.tolist() == [len(row) for row in rows]
    assert batch.size == sum(map(len, rows))


def test_the_arrays_are_whole_numbers_and_truth_values():
    batch = collate(_features([[5, 6, 7], [8]], words=True))
    assert {name: row.shape for name, row in batch.rows.items()} == {
        "characters": (2, 3),
        "words": (2, 3),
    }
    assert {row.dtype for row in batch.rows.values()} == {np.dtype(np.int64)}
    assert batch.mask.dtype == np.bool_
    assert batch.tags is None
    assert batch.matches is None


# Batches of texts.

TEXTS = st.lists(st.text("林知夏雨停\ud83d😀\n", min_size=1, max_size=9), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def featurizer():
    return full_featurizer()


def same(one, other):
    """That two batches hold the same arrays of the same kinds."""
    pairs = [(one.mask, other.mask), *((one.rows[name], other.rows[name]) for name in other.rows)]
    parts = ("words", "slots", "weights")
    pairs += [(getattr(one.matches, part), getattr(other.matches, part)) for part in parts]
    assert one.rows.keys() == other.rows.keys()
    for own, expected in pairs:
        assert own.dtype == expected.dtype
        assert np.array_equal(own, expected)
    assert (one.context is None) == (other.context is None)
    if one.context is not None:
        same(one.context, other.context)


@given(TEXTS, st.lists(st.text("青禾书店", max_size=5), min_size=5, max_size=5))
def test_a_batch_of_texts_is_that_of_their_features(featurizer, texts, before):
    contexts = before[: len(texts)]
    features = [featurizer(*pair) for pair in zip(texts, contexts, strict=True)]
    same(batch_of(featurizer, texts, contexts), collate(features))
    same(batch_of(featurizer, texts), collate([featurizer(text) for text in texts]))
