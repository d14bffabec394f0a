"""A batch in parts is the batch: the same numbers at the same places, padding aside."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from networks import full_featurizer

from ner.features.batch import batch_of
from ner.features.parts import parts

FEATURIZER = full_featurizer()
TEXT = st.text("陶小满在青禾书店等雨停骆一舟，。", min_size=1, max_size=12)
TEXTS = st.lists(TEXT, min_size=1, max_size=9)


def entries(batch):
    """Each match as its row, its place and set in the row, its word and its weight."""
    row, place = np.divmod(batch.matches.slots, 4 * batch.mask.shape[1])
    columns = (row, place, batch.matches.words, batch.matches.weights)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(texts=TEXTS, characters=st.integers(1, 40))
def test_parts_hold_the_rows_of_the_batch(texts, characters):
    whole = batch_of(FEATURIZER, texts)
    seen, matched = 0, []
    for start, end, part in parts(whole, characters=characters):
        assert start == seen and end > start
        assert part.mask.size <= characters or end == start + 1
        alone = batch_of(FEATURIZER, texts[start:end])
        np.testing.assert_array_equal(part.mask, alone.mask)
        for name, row in alone.rows.items():
            np.testing.assert_array_equal(part.rows[name], row)
        assert entries(part) == entries(alone)
        matched += [(row + start, *rest) for row, *rest in entries(part)]
        seen = end
    assert seen == len(texts)
    assert matched == entries(whole)


def test_a_batch_with_contexts_is_left_whole():
    whole = batch_of(FEATURIZER, ["雨停了", "陶"], ["青禾", ""])
    assert [(start, end) for start, end, _ in parts(whole, characters=1)] == [(0, 2)]


@given(texts=TEXTS, data=st.data())
def test_features_of_many_texts_are_those_of_each(texts, data):
    contexts = data.draw(st.lists(st.just("") | TEXT, min_size=len(texts), max_size=len(texts)))
    together = FEATURIZER.each(texts, contexts)
    for one, text, before in zip(together, texts, contexts, strict=True):
        alone, context = batch_of(FEATURIZER, [text]), before and batch_of(FEATURIZER, [before])
        for mine, theirs in ((one, alone), (one.context, context or None)):
            assert (mine is None) == (theirs is None)
            if mine is None:
                continue
            for name, row in theirs.rows.items():
                np.testing.assert_array_equal(mine.rows[name], row[0])
            for part in ("words", "slots", "weights"):
                expected = getattr(theirs.matches, part)
                np.testing.assert_array_equal(getattr(mine.matches, part), expected)
