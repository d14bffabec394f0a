"""Arrays look up what dictionaries do, and read from disk they look up the same."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rows import reread

from ner.features.index import Index
from ner.features.names import Names
from ner.features.packing import joined, split
from ner.features.texts import BORDER, Texts, points, text_of
from ner.features.trie import Trie

KEYS = st.integers(-(2**62), 2**62) | st.integers(-5, 40)
ANY = st.text(st.characters(exclude_categories=()) | st.sampled_from("雨停\ud83d\ude00😀\0\n"))
LETTERS = st.sampled_from("甲乙😀\ud800\0\n")
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=5), unique=True, max_size=12)
TEXTS = st.lists(st.text(LETTERS, max_size=9), max_size=4)


def array(numbers):
    return np.array(numbers, dtype=np.int64)


# Texts.


@given(st.lists(ANY, max_size=5))
@example([])
@example(["", "\ud83d", "\ude00", ""])
def test_joined_texts_are_their_code_points_with_a_border_behind_each(texts):
    own = Texts.of(texts)
    assert own.codes.tolist() == [code for text in texts for code in [*map(ord, text), BORDER]]
    assert own.parts() == texts
    assert own.codes[own.ends].tolist() == [BORDER] * len(texts)


@given(st.lists(ANY, min_size=1, max_size=5))
def test_padded_a_batch_shows_each_text_and_then_its_border(texts):
    own = Texts.of(texts)
    length = max(map(len, texts))
    shown = own.codes[own.padded()].tolist()
    assert shown == [[*map(ord, text), *[BORDER] * (length - len(text))] for text in texts]
    moved = np.arange(len(own.codes)) + own.moves()
    places = [row * length + place for row, text in enumerate(texts) for place in range(len(text))]
    assert moved[own.codes != BORDER].tolist() == places


@given(ANY)
def test_a_text_is_its_code_points(text):
    assert points(text).tolist() == list(map(ord, text))
    assert text_of(points(text)) == text


# The index.


@given(st.lists(KEYS, unique=True, max_size=40), st.lists(KEYS, max_size=10))
def test_an_index_knows_the_place_of_each_key_and_no_other(keys, strangers):
    places = {key: place for place, key in enumerate(keys)}
    wanted = [*keys, *strangers, *keys[:3]]
    for index in (Index.of(array(keys)), Index.from_dict(reread(Index.of(array(keys)).to_dict()))):
        assert index(array(wanted)).tolist() == [places.get(key, -1) for key in wanted]


def test_many_keys_have_their_places():
    keys = np.random.default_rng(0).permutation(200_000) << 21 | 7
    index = Index.of(keys)
    assert np.array_equal(index(keys), np.arange(len(keys)))
    assert (index(keys + 1) == -1).all()
    assert np.diff(index.firsts).max() < 12


def test_a_key_that_is_there_twice_is_an_error():
    with pytest.raises(ValueError, match="twice"):
        Index.of(array([3, 1, 3]))


@pytest.mark.parametrize(
    "damage",
    [
        {"keys": None},
        {"places": np.array([0, 3], dtype=np.int32)},
        {"places": np.array([0], dtype=np.int32)},
        {"firsts": np.array([0, 1, 1, 1, 2], dtype=np.int32)[::-1]},
        {"firsts": np.array([0, 1, 1, 2], dtype=np.int32)},
        {"firsts": np.array([0, 1, 1, 1, 1], dtype=np.int32)},
        {"firsts": np.array([0, 9, 9, 9, 2], dtype=np.int32)},
        {"firsts": np.array([2], dtype=np.int32)},
    ],
    ids=str,
)
def test_damaged_data_is_no_index(damage):
    with pytest.raises(ValueError):
        Index.from_dict({**Index.of(array([3, 1])).to_dict(), **damage})


# Names and their tree.


@given(st.lists(ANY, max_size=6))
def test_names_are_the_same_strings_again(names):
    own = Names.of(names)
    assert Names.from_dict(reread(own.to_dict())).strings == own.strings == tuple(names)


@given(st.lists(st.text(LETTERS, max_size=3), unique=True, max_size=8), st.sampled_from([1, 2]))
def test_names_of_one_size_have_keys_of_their_own(names, size):
    keys = Names.of(names).keys(size).tolist()
    assert len(set(keys)) == len(names)
    assert [key >= 0 for key in keys] == [len(name) == size for name in names]


def looked_for(words, texts):
    """All places of all words in joined texts, by a look at each, in the order of their ends."""
    found = []
    start = 0
    for text in texts:
        for number, word in enumerate(words):
            places = range(len(text) - len(word) + 1)
            found += [(number, start + n, len(word)) for n in places if text[n:].startswith(word)]
        start += len(text) + 1
    return sorted(found, key=lambda match: (match[1] + match[2], match[1]))


@given(WORDS, TEXTS)
@example(["甲", "甲乙", "乙甲甲"], ["甲乙甲甲", "", "甲", "乙"])
def test_a_tree_finds_every_word_in_every_place_and_none_across_texts(words, texts):
    trie = Trie.of(Names.of(words))
    for own in (trie, Trie.from_dict(reread(trie.to_dict()), len(words))):
        found = [part.tolist() for part in own(Texts.of(texts).codes)]
        assert list(zip(*found, strict=True)) == looked_for(words, texts)


@pytest.mark.parametrize("words", [["雨", "雨"], ["雨", ""]])
def test_words_twice_or_empty_are_no_tree(words):
    with pytest.raises(ValueError, match="empty, or there twice"):
        Trie.of(Names.of(words))


@pytest.mark.parametrize("code", [-1, BORDER])
def test_edges_of_no_code_points_are_no_tree(code):
    data = Trie.of(Names.of(["雨"])).to_dict()
    data["edges"] = Index.of(array([code])).to_dict()
    with pytest.raises(ValueError, match="no edges of code points"):
        Trie.from_dict(data, 1)


# Data with arrays in it.


def test_data_is_split_into_what_is_plain_and_its_arrays_and_joined_again():
    data = {"a": {"b": {"c": np.arange(3)}, "d": "雨"}, "e": np.arange(2), "f": None}
    plain, arrays = split(data)
    assert plain == {"a": {"b": {}, "d": "雨"}, "f": None}
    assert {name: one.tolist() for name, one in arrays.items()} == {"a.b.c": [0, 1, 2], "e": [0, 1]}
    again = joined(plain, arrays)
    assert (again["a"]["d"], again["f"]) == ("雨", None)
    assert again["a"]["b"]["c"] is arrays["a.b.c"] and again["e"] is arrays["e"]


def test_an_array_belongs_into_an_object():
    with pytest.raises(TypeError, match="a: got list, expected an object"):
        joined({"a": []}, {"a.b": np.arange(2)})
