"""Which labels look as if they were meant as one."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.corpus.check.labels import alike


@pytest.mark.parametrize(
    "one, other",
    [
        ({"PER": 5}, {"per": 5}),
        ({"PER": 5}, {"ＰＥＲ": 5}),
        ({"PER.NAM": 5}, {"PER-NAM": 5}),
        ({"PER": 5}, {"PERSON": 5}),
        ({"ORGANISATION": 100}, {"ORGANIZATION": 5}),
        ({"LOC": 20}, {"LCO": 1}),
    ],
)
def test_labels_with_nearly_the_same_name(one, other):
    assert list(alike(Counter({**one, **other}))) == [tuple(sorted((*one, *other)))]


@pytest.mark.parametrize(
    "counts",
    [
        {"PER": 5, "ORG": 5, "LOC": 900},
        {"PE": 5, "PERSON": 5},  # two letters are too few for an abbreviation
        {"LOC": 19, "LCO": 1},  # not that rare
        {"LOC": 39, "LCO": 2},
        {"PER.NAM": 900, "PER.NOM": 1, "ORG.NAM": 900, "ORG.NOM": 900},  # each word is elsewhere
        {"品牌": 900, "品类": 1},
        {"+": 5, "-": 5},
        {},
    ],
)
def test_labels_that_are_different(counts):
    assert list(alike(Counter(counts))) == []


@given(st.dictionaries(st.text(max_size=6), st.integers(1, 50), max_size=8))
def test_pairs_of_alike_labels_do_not_depend_on_their_order(counts):
    found = list(alike(Counter(counts)))
    assert found == list(alike(Counter(dict(reversed(counts.items())))))
    assert all(one < other for one, other in found)


@given(st.lists(st.text("aB._1组", max_size=5), max_size=8, unique=True))
def test_beginnings_are_those_that_a_look_at_every_pair_finds(labels):
    def plain(label):
        return "".join(one for one in label.lower() if one.isalnum())

    def are_alike(one, other):
        short, long = sorted((plain(one), plain(other)), key=len)
        word = short.isascii() and short.isalpha() and long.isalpha() and len(short) > 2
        return short == long != "" or (word and long.startswith(short))

    pairs = [pair for pair in combinations(sorted(labels), 2) if are_alike(*pair)]
    assert list(alike(Counter(labels))) == pairs  # each once, so that none is rare
