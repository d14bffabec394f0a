"""The lexicon finds every known word in every place, and weighs them as train does."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rows import matches_of, plain, reread

from ner.features.featurizer import Featurizer, Known
from ner.features.lexicon import BEGIN, END, MIDDLE, SETS, SINGLE, Lexicon
from ner.features.names import Names
from ner.features.trie import Trie
from ner.settings import FeatureSettings

LETTERS = "甲乙丙😀"
WORD = st.text(LETTERS, min_size=1, max_size=4)
WORDS = st.dictionaries(WORD, st.sampled_from(["n", "v", "list"]), max_size=8)
TEXT = st.text(st.sampled_from(LETTERS + "丁𠮷\ud83d\ude00\udfff\uffff\0 "), max_size=12)
TEXTS = st.lists(TEXT, max_size=4)


def occurrences(word, text):
    """Where a word stands, found by looking at every place."""
    return [place for place in range(len(text)) if text[place : place + len(word)] == word]


def entries(lexicon, text):
    """The weight of each word in each slot; none is there twice."""
    matches = matches_of(lexicon, text)
    keys = zip(matches.slots.tolist(), (lexicon.words[n] for n in matches.words), strict=True)
    found = dict(zip(keys, matches.weights.tolist(), strict=True))
    assert len(found) == len(matches.words)
    return found


def looked_up(words, counts, text):
    """The same by the definition: every substring that is a word, in each of its characters."""
    weights = {}
    for word in words:
        for start in occurrences(word, text):
            inner = [MIDDLE] * (len(word) - 2)
            sets = [SINGLE] if len(word) == 1 else [BEGIN, *inner, END]
            for place, own in enumerate(sets, start=start):
                weights[SETS * place + own, word] = 1 + counts[word]
    totals = defaultdict(float)
    for (slot, _), weight in weights.items():
        totals[slot // SETS] += weight
    return {key: SETS * weight / totals[key[0] // SETS] for key, weight in weights.items()}


@given(WORDS, TEXTS, TEXT)
@example({"甲": "n", "甲乙": "n", "乙": "n"}, ["甲乙"], "\ud83d\ude00甲乙")
@example({"😀甲": "n"}, [], "😀😀甲")
@example({}, ["甲"], "甲")
def test_it_equals_a_look_at_every_substring(words, texts, text):
    lexicon = Lexicon.fitted(words, texts)
    counts = {word: sum(len(occurrences(word, one)) for one in texts) for word in words}
    assert entries(lexicon, text) == pytest.approx(looked_up(words, counts, text))


@given(WORDS, TEXTS, TEXT)
def test_the_weights_of_a_covered_character_sum_to_four(words, texts, text):
    matches = matches_of(Lexicon.fitted(words, texts), text)
    covered = set((matches.slots // SETS).tolist())
    sums = np.bincount(matches.slots // SETS, matches.weights, minlength=len(text))
    expected = [SETS if place in covered else 0 for place in range(len(text))]
    assert sums.tolist() == pytest.approx(expected)


def test_a_character_is_in_the_set_that_its_place_in_the_word_says():
    words = {"青": "a", "青禾": "n", "青禾书店": "org", "书店": "n"}
    found = entries(Lexicon.fitted(words, []), "在青禾书店")
    sets = {
        1: {("青", SINGLE), ("青禾", BEGIN), ("青禾书店", BEGIN)},
        2: {("青禾", END), ("青禾书店", MIDDLE)},
        3: {("青禾书店", MIDDLE), ("书店", BEGIN)},
        4: {("青禾书店", END), ("书店", END)},
    }
    expected = {(SETS * place + own, word) for place in sets for word, own in sets[place]}
    assert found.keys() == expected


def test_a_word_weighs_once_more_than_it_was_matched_in_train():
    lexicon = Lexicon.fitted({"雨": "n", "雨停": "v", "停": "v"}, ["雨雨停", "雨"])
    assert lexicon.words == ("雨", "雨停", "停")
    assert lexicon.counts.tolist() == [3, 1, 1]
    found = entries(lexicon, "雨停")
    shares = {"雨": 4 / 6, "雨停": 2 / 6}
    at_first = {word: weight for (slot, word), weight in found.items() if slot < SETS}
    assert at_first == pytest.approx({word: SETS * share for word, share in shares.items()})


def test_matching_a_text_counts_nothing():
    lexicon = Lexicon.fitted({"雨": "n", "停": "v"}, ["雨"])
    before = entries(lexicon, "雨停")
    assert lexicon.counts.tolist() == [1] and lexicon.tuned == 1
    assert entries(lexicon, "雨停") == before


# The order of the words, on which the tables of vectors rely.


@given(WORDS, TEXTS, st.sets(WORD, max_size=6))
def test_words_of_train_come_first_then_those_with_a_vector(words, texts, able):
    lexicon = Lexicon.fitted(words, texts, known=able)
    counts = Counter({word: sum(len(occurrences(word, one)) for one in texts) for word in words})
    ranks = [0 if counts[word] else 1 if word in able else 2 for word in lexicon.words]
    assert ranks == sorted(ranks)
    assert (lexicon.tuned, lexicon.known) == (ranks.count(0), len(ranks) - ranks.count(2))
    own = [counts[word] for word in lexicon.words[: lexicon.tuned]]
    assert own == sorted(own, reverse=True) == lexicon.counts.tolist()
    kinds = {
        word: lexicon.names[kind] for word, kind in zip(lexicon.words, lexicon.kinds, strict=True)
    }
    assert kinds == words


@given(WORDS, TEXTS, st.sets(WORD, max_size=6), TEXT)
def test_saved_and_read_it_is_the_same(words, texts, able, text):
    lexicon = Lexicon.fitted(words, texts, known=able)
    again = Lexicon.from_dict(reread(lexicon.to_dict()))
    assert plain(again.to_dict()) == plain(lexicon.to_dict())
    assert entries(again, text) == entries(lexicon, text)


@pytest.mark.parametrize(
    "damage",
    [
        {"trie": Trie.of(Names.of(["雨", "雨停", "停"])).to_dict()},
        {"trie": Trie.of(Names.of(["雨"])).to_dict()},
        {"trie": {}},
        {"trie": None},
        {"kinds": np.array([0, 7])},
        {"kinds": np.array([0, -1])},
        {"kinds": np.array([0])},
        {"kinds": np.array([0.0, 1.0])},
        {"kinds": [0, 1]},
        {"names": []},
        {"counts": np.array([1, 1, 1])},
        {"counts": None},
        {"known": 3},
        {"known": 0},
        {"known": None},
    ],
    ids=str,
)
def test_damaged_data_is_no_lexicon(damage):
    data = Lexicon.fitted({"雨": "n", "停": "v"}, ["雨"]).to_dict()
    with pytest.raises((KeyError, TypeError, ValueError)):
        Lexicon.from_dict({**data, **damage})


# In a featurizer.


@pytest.fixture
def featurizer(tmp_path):
    """Knows three words of its own, whatever their spelling."""
    (tmp_path / "words.txt").write_text("青石鎮\tLOC\nＡＢ路\n书店\n", encoding="utf-8")
    lexicon = {"jieba": False, "files": ["words.txt"]}
    settings = FeatureSettings.model_validate({"lexicon": lexicon})
    return Featurizer.fitted(settings, ["青石镇有書店"], Known(root=tmp_path))


@pytest.mark.parametrize(
    "text", ["在青石镇ab路的书店", "在青石鎮ＡＢ路的書店", "在青石镇Ａb路的书店"]
)
def test_every_spelling_of_a_word_matches(featurizer, text):
    expected = {(SETS * (1 + n) + own, "青石镇") for n, own in enumerate((BEGIN, MIDDLE, END))}
    expected |= {(SETS * (4 + n) + own, "ab路") for n, own in enumerate((BEGIN, MIDDLE, END))}
    expected |= {(SETS * (8 + n) + own, "书店") for n, own in enumerate((BEGIN, END))}
    matches = featurizer(text).matches
    words = [featurizer.lexicon.words[number] for number in matches.words]
    assert set(zip(matches.slots.tolist(), words, strict=True)) == expected


def test_spellings_are_counted_in_train_as_one_word(featurizer):
    assert sorted(featurizer.lexicon.words[: featurizer.lexicon.tuned]) == ["书店", "青石镇"]


@pytest.mark.parametrize(
    "before", ["😀", "𠮷", "\ud800", "\ud83d\ude00", "\udfff\ud800", "e\u0301"]
)
def test_odd_characters_do_not_shift_what_stands_behind_them(featurizer, before):
    own, moved = featurizer("书店").matches, featurizer(f"{before}书店").matches
    assert (moved.slots - SETS * len(before)).tolist() == own.slots.tolist()
    assert moved.words.tolist() == own.words.tolist()


def test_the_arrays_are_whole_numbers_and_single_floats(featurizer):
    for text in ("", "无", "书店"):
        matches = featurizer(text).matches
        assert matches.words.dtype == matches.slots.dtype == np.int64
        assert matches.weights.dtype == np.float32
        assert len(matches.words) == len(matches.slots) == len(matches.weights)
