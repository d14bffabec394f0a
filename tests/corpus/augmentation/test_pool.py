"""Draws by weight, without the text that is there already."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner.corpus.augmentation.pool import Pool, another

pools = st.dictionaries(st.text("甲乙丙丁", max_size=2), st.integers(1, 3), max_size=5)


class Counting:
    """Draws every number in turn."""

    def __init__(self):
        self.asked, self.drawn = 0, -1

    def integers(self, high):
        self.asked, self.drawn = high, self.drawn + 1
        return self.drawn


@given(pools, st.text("甲乙丙丁", max_size=2))
def test_every_other_text_is_drawn_exactly_as_often_as_it_counts(weights, text):
    pool, generator = Pool(weights), Counting()
    rest = {other: count for other, count in weights.items() if other != text}
    drawn = Counter(pool.another(text, generator) for _ in range(sum(rest.values())))
    assert drawn == rest
    assert generator.asked == sum(rest.values())


def test_where_there_is_no_other_text_none_is_drawn():
    generator = np.random.default_rng(1)
    assert Pool({"甲": 3}).another("甲", generator) is None
    assert Pool({}).another("甲", generator) is None
    assert another(None, "甲", generator) is None


@given(pools)
def test_the_order_of_counting_changes_nothing(weights):
    backwards = dict(reversed(weights.items()))
    drawn = [
        [Pool(one).another("戊", np.random.default_rng(seed)) for seed in range(5)]
        for one in (weights, backwards)
    ]
    assert drawn[0] == drawn[1]
