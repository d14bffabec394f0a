"""Every character of any text gets its place in its word, in silence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rows import row_of

import ner
from ner.features.channels.segmentation import PLACES, Segmentation
from ner.features.jieba_words import tokenizer

ODD = "\0\u0301\u200d👩💻🇨𠮷\ud83d\ude00\u2028\u3000 \r\n\t＋.%-_ａA1"
ANY = st.text(
    st.sampled_from(ODD) | st.sampled_from("林知夏在北京大学的图书馆里等雨停") | st.characters(),
    max_size=40,
)
LONE = st.text(st.characters(categories=["Cs"]) | st.sampled_from("雨停"), max_size=10)


def word_places(text):
    return row_of(Segmentation(speech=False), text)


@pytest.fixture(scope="module", autouse=True)
def loaded():
    tokenizer()


@given(ANY | LONE)
@example("")
@example("\r\n")
@example("雨\r\n\r\n停")
@example("👩\u200d💻e\u0301\0\u2028")
@example("\ud800x\udfff")
@example(" " * 5)
@example("a" * 2000 + "雨" * 2000)
def test_any_text_is_whole_words_a_place_a_character(text):
    places = "".join(map(str, word_places(text)))
    assert len(places) == len(text)
    assert re.fullmatch("(4|12*3)*", places)


def test_every_place_is_below_the_number_of_places():
    assert set(word_places("在北京图书馆")) == {1, 2, 3, 4}
    assert PLACES == 5


@pytest.mark.parametrize(
    ("words", "places"),
    [
        (("她", "在", "图书馆", "等", "雨"), [4, 4, 1, 2, 3, 4, 4]),
        (("北京", "的", "学生"), [1, 3, 4, 1, 3]),
        (("iPhone", "。"), [1, 2, 2, 2, 2, 3, 4]),
    ],
)
def test_words_begin_and_end_where_jieba_says(words, places):
    assert tuple(tokenizer().cut("".join(words))) == words
    assert word_places("".join(words)) == places


FIRST_USE = """
import logging, sys
from ner.features.channels.segmentation import Segmentation
from ner.features.texts import Texts
assert "jieba" not in sys.modules
texts = Texts.of(["北京"])
assert Segmentation(speech=False)(texts, texts).tolist() == [1, 3, 0]
assert not logging.getLogger().handlers
"""


def test_first_use_is_lazy_and_says_nothing(tmp_path):
    fresh = dict.fromkeys(("TMPDIR", "PYTHONPYCACHEPREFIX"), str(tmp_path))
    root = str(Path(ner.__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", FIRST_USE],
        env={**os.environ, **fresh, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
