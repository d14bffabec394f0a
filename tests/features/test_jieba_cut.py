"""The cut of many texts at once gives the words that jieba's own gives, in any text."""

import lzma
import os
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ner.features.jieba_unlisted import HAN_FIRST, HAN_LAST, Chain, Unlisted
from ner.features.jieba_words import SPEECH, cutter, dictionary
from ner.features.texts import Texts, points
from ner.sentences import sentence_spans
from ner.words import cut, tokenizer

ODD = "\0\u0301\u200d👩💻𠮷\ud83d\ude00\u2028\u3000 \r\n\t＋.%-_+#&ａA1γ㐀鿕鿖龘"
RAW = Path(os.environ.get("NER_CORPORA", "corpora")).parent / "text"  # raw text, as .xz
CHARACTERS, TOGETHER = 100_000, 200


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


def words_of(batch):
    """The words of texts, each with its part of speech."""
    joined = Texts.of(batch)
    words = cutter()(joined.codes)
    assert words.starts.tolist() == (words.lengths.cumsum() - words.lengths).tolist()
    assert int(words.lengths.sum()) == len(joined.codes)
    whole, borders = "\n".join([*batch, ""]), {*joined.ends.tolist()}
    rows = zip(words.starts.tolist(), words.lengths.tolist(), words.speech.tolist(), strict=True)
    return [
        (whole[start : start + size], SPEECH[speech])
        for start, size, speech in rows
        if start not in borders
    ]


def jiebas(batch):
    """What jieba itself says."""
    words = (word for text in batch for word in tokenizer().cut(text))
    return [(word, dictionary().get(word, "-")) for word in words]


@given(text=texts())
@example("")
@example("\r\n\r \n")
@example("\r\r\n\n\r")
@example("青禾鹭和骆一舟在雨里等3.5%的A股")
@example("a" * 500 + "龘龘龘" * 200)
@example("1.2.3 .5% a.b+# 3.5a T恤 γ射线")
def test_its_words_are_those_of_jieba(text):
    assert words_of([text]) == jiebas([text])


@given(batch=st.lists(texts(), max_size=6))
@example([])
@example(["", ""])
@example(["\r", "\n", "雨\r", "\n停"])
@example(["北", "京", "大学", "北京大学"])
def test_texts_cut_together_are_cut_as_each_alone(batch):
    assert words_of(batch) == jiebas(batch)


def test_it_cuts_unlisted_names_as_jieba_does():
    singles = sorted({word for word in dictionary() if len(word) == 1 and "一" <= word <= "鿕"})
    batch = ["".join(singles[start : start + 9]) for start in range(0, len(singles) - 9, 9)]
    assert words_of(batch) == jiebas(batch)


def test_every_word_of_the_dictionary_is_cut_as_jieba_does():
    batch = listed()[::10]
    assert words_of(batch) == jiebas(batch)


def test_ways_of_the_same_probability_are_chosen_as_jieba_does():
    rare = [word for word in listed() if len(word) == 2 and tokenizer().FREQ[word] == 3]
    batch = [a + b[1:] for a, b in zip(rare, sorted(rare), strict=True)]
    batch += [a + b for a, b in zip(rare, rare[7:], strict=False)]
    assert words_of(batch[::5]) == jiebas(batch[::5])


@given(run=st.text(st.sampled_from("舟鹭禾骆龘鿕一A1.%。㐀"), min_size=2, max_size=12))
def test_unlisted_words_are_those_of_its_model(run):
    from jieba import finalseg

    codes = points(run + "\n").astype(np.int64)
    han = (codes >= HAN_FIRST) & (codes <= HAN_LAST)
    others = (codes < 128) & (codes != ord("\n"))
    expected = {*accumulate(map(len, finalseg.cut(run)), initial=0)}
    begins = np.ones(len(codes), dtype=np.bool_)
    Unlisted(Chain.jieba())(codes, han, others, begins)
    # What is neither is in no run: jieba's finalseg takes what stands together for a word.
    neither = {place for place in range(len(run)) if not (han | others)[place]}
    around = neither | {place + 1 for place in neither}
    assert {*np.flatnonzero(begins).tolist()} - around == expected - around


def test_a_cut_of_listed_words_is_jiebas_too():
    text = "青禾鹭在雨里等骆一舟"
    assert list(cut(text)) == list(tokenizer().cut(text, HMM=False))


@pytest.mark.parametrize("path", sorted(RAW.glob("*.txt.xz")), ids=lambda path: path.name)
def test_raw_text_is_cut_as_jieba_does(path):
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        text = stream.read(CHARACTERS)
    own = [text[start:end] for start, end in sentence_spans(text)]
    for start in range(0, len(own), TOGETHER):
        batch = own[start : start + TOGETHER]
        assert words_of(batch) == jiebas(batch)
