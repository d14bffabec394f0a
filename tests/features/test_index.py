"""Arrays look up what dictionaries do, and read from disk they look up the same."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rows import reread

from ner.features.index import Index, refuse_twice
from ner.features.names import Names
from ner.features.packing import ArrayError, joined, split
from ner.features.texts import BORDER, Texts, points, text_of
from ner.features.trie import Trie

POINTS = st.integers(0, BORDER)
KEYS = st.builds(lambda first, second: first << 21 | second, POINTS | st.integers(0, 4), POINTS)
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


@given(st.lists(KEYS | st.just(-1), unique=True, max_size=40), st.lists(KEYS, max_size=10))
def test_an_index_knows_the_place_of_each_key_and_no_other(keys, strangers):
    places = {key: place for place, key in enumerate(keys)}
    wanted = [key for key in [*keys, *strangers, *keys[:3]] if key >= 0]
    assert Index(array(keys))(array(wanted)).tolist() == [places.get(key, -1) for key in wanted]


def test_many_keys_have_their_places():
    keys = np.random.default_rng(0).permutation(200_000) << 21 | 7
    index = Index(keys)
    assert np.array_equal(index(keys), np.arange(len(keys)))
    assert (index(keys + 1) == -1).all()
    assert np.diff(index.firsts).max() < 12


def test_keys_of_more_nodes_than_there_are_code_points_have_their_places():
    keys = np.arange((1 << 21) + 9) << 21 | 5
    index = Index(keys)
    assert np.array_equal(index(keys[-100:]), np.arange(len(keys))[-100:])
    assert (index(keys[-100:] + 1) == -1).all()


def test_a_key_that_is_there_twice_is_an_error():
    refuse_twice(array([3, 1, 2]))
    with pytest.raises(ValueError, match="twice"):
        refuse_twice(array([3, 1, 3]))


# Names and their tree.


@given(st.lists(ANY, max_size=6))
def test_names_are_the_same_strings_again(names):
    own = Names.of(names)
    assert Names.from_dict(reread(own.to_dict())).strings == own.strings == tuple(names)


@given(st.lists(st.tuples(ANY, st.booleans()), max_size=6))
def test_chosen_names_are_the_same_strings_without_the_others(names):
    chosen = np.array([own for _, own in names], dtype=np.bool_)
    own = Names.of([name for name, _ in names]).only(chosen)
    assert own.strings == tuple(name for name, own in names if own)


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
        found = [part.tolist() for part in own.by_length(Texts.of(texts).codes)]
        by_length = sorted(looked_for(words, texts), key=lambda match: (match[2], match[1]))
        assert list(zip(*found, strict=True)) == by_length


@pytest.mark.parametrize("words", [["雨", "雨"], ["雨", ""]])
def test_words_twice_or_empty_are_no_tree(words):
    with pytest.raises(ValueError, match="empty, or there twice"):
        Trie.of(Names.of(words))


@given(WORDS)
@example(["😀", "甲😀", "甲"])
def test_a_tree_has_its_words_as_names(words):
    trie = Trie.of(Names.of(words))
    again = Trie.from_dict(reread(trie.to_dict()), len(words))
    assert trie.names().strings == again.names().strings == tuple(words)


def test_words_are_renumbered_by_length_and_then_by_their_characters():
    trie = Trie.of(Names.of(["b", "ab", "a", "aa", "c"]))
    assert trie.in_order().tolist() == [2, 0, 4, 3, 1]
    assert trie.renumbered().names().strings == ("a", "b", "c", "aa", "ab")


@pytest.mark.parametrize(
    "damage",
    [
        {"codes": np.array([BORDER, 2, 3], dtype=np.uint32)},
        {"codes": np.array([-1, 2, 3])},
        {"codes": np.array([2, 2, 3], dtype=np.uint8)},
        {"codes": np.array([1, 2], dtype=np.uint8)},
        {"children": np.array([1, 0, 1, 1], dtype=np.uint8)},
        {"children": np.array([0, 1, 1, 1], dtype=np.uint8)},
        {"children": np.array([2, 1, 1, 0], dtype=np.uint8)},
        {"children": np.array([3, 0, 0], dtype=np.uint8)},
        {"ends": np.array([0b11110000], dtype=np.uint8)},
        {"ends": np.array([0b11100000], dtype=np.uint8)},
        {"ends": np.array([], dtype=np.uint8)},
        {"words": np.array([0, 1, 1], dtype=np.uint8)},
        {"words": np.array([0, 1, 3], dtype=np.uint8)},
        {"words": np.array([0, 1], dtype=np.uint8)},
        {"words": None},
    ],
    ids=str,
)
def test_damaged_data_is_no_tree(damage):
    data = Trie.of(Names.of(["a", "b", "ab"])).to_dict()
    Trie.from_dict(data, 3)
    with pytest.raises(ArrayError):
        Trie.from_dict({**data, **damage}, 3)


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
