"""The fast cut gives the words that jieba's own gives, in any text."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ner.features.jieba_cut import Cutter
from ner.features.jieba_unlisted import Unlisted
from ner.features.jieba_words import cut, dictionary, tokenizer

ODD = "\0\u0301\u200d👩💻𠮷\ud83d\ude00\u2028\u3000 \r\n\t＋.%-_+#&ａA1"


@pytest.fixture(scope="module")
def cutter():
    return Cutter(tokenizer())


@pytest.fixture(scope="module")
def unlisted():
    return Unlisted()


@cache
def listed():
    return list(dictionary())


@st.composite
def texts(draw):
    """Words of the dictionary and characters of it that are none together, among odd ones."""
    words = listed()
    chosen = draw(st.lists(st.integers(0, len(words) - 1), max_size=12))
    parts = [words[place] for place in chosen]
    singles = [part[draw(st.integers(0, len(part) - 1))] for part in parts]
    odd = draw(st.lists(st.sampled_from(ODD) | st.characters(exclude_categories=()), max_size=4))
    return "".join(draw(st.permutations([*parts, *singles, *odd])))


@given(text=texts())
@example("")
@example("\r\n\r \n")
@example("青禾鹭和骆一舟在雨里等3.5%的A股")
@example("a" * 500 + "龘龘龘" * 200)
def test_its_words_are_those_of_jieba(cutter, text):
    assert list(cutter(text)) == list(tokenizer().cut(text)) == list(cut(text))


def test_it_cuts_unlisted_names_as_jieba_does(cutter):
    singles = sorted({word for word in dictionary() if len(word) == 1 and "一" <= word <= "鿕"})
    for start in range(0, len(singles) - 9, 9):
        run = "".join(singles[start : start + 9])
        assert list(cutter(run)) == list(tokenizer().cut(run))


@given(run=st.text(st.sampled_from("舟鹭禾骆龘鿕一A1.%。"), min_size=2, max_size=12))
def test_unlisted_words_are_those_of_its_model(unlisted, run):
    from jieba import finalseg

    assert list(unlisted(run)) == list(finalseg.cut(run))


def test_a_cut_without_unlisted_words_is_jiebas_too():
    text = "青禾鹭在雨里等骆一舟"
    assert list(cut(text, unlisted=False)) == list(tokenizer().cut(text, HMM=False))
