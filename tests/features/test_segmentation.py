"""Every character of any text gets its place in its word, in silence."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rows import row_of
from safetensors.numpy import save_file

import ner
from ner.features.channels.segmentation import PLACES, Segmentation
from ner.features.jieba_words import SPEECH
from ner.features.packing import ArrayError, split
from ner.words import tokenizer

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


WITH_ITS_ARRAYS = """
import json, sys
from pathlib import Path
from ner.features.channels.segmentation import Segmentation
from ner.features.packing import joined, mapped
from ner.features.texts import Texts
folder = Path(sys.argv[1])
data = joined(json.loads((folder / "plain").read_text()), mapped(folder / "arrays"))
texts = Texts.of(["北京"])
assert Segmentation.from_dict(data)(texts, texts).tolist() == [1, 3, 0]
assert "jieba" not in sys.modules
"""


def run_fresh(program, folder):
    """What a Python that has loaded nothing says to a program."""
    fresh = dict.fromkeys(("TMPDIR", "PYTHONPYCACHEPREFIX"), str(folder))
    run = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env={**os.environ, **fresh, "PYTHONPATH": str(Path(ner.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout, run.stderr


def test_first_use_is_lazy_and_says_nothing(tmp_path):
    assert run_fresh(FIRST_USE, tmp_path) == (0, "", "")


def test_a_saved_channel_needs_no_jieba(tmp_path):
    plain, arrays = split(Segmentation(speech=False).to_dict())
    (tmp_path / "plain").write_text(json.dumps(plain))
    save_file(arrays, tmp_path / "arrays")
    assert run_fresh(WITH_ITS_ARRAYS, tmp_path) == (0, "", "")


@pytest.mark.parametrize("speech", [False, True])
def test_a_channel_of_an_earlier_version_has_no_arrays_and_asks_jieba(speech):
    text = "青禾鹭在图书馆等3.5%的雨"
    earlier = Segmentation.from_dict({"speech": speech})
    assert row_of(earlier, text) == row_of(Segmentation(speech=speech), text)


def damaged(data, path, change):
    """The data with one part of it changed, or taken away."""
    name, *rest = path
    value = damaged(data[name], rest, change) if rest else change(data[name])
    return {**data, name: value}


def first_is(value):
    """A change of an array's first number."""

    def change(array):
        wider = array.astype(np.int64 if array.dtype.kind == "u" else array.dtype)
        wider.flat[0] = value
        return wider

    return change


@pytest.mark.parametrize(
    ("path", "change", "reason"),
    [
        (("listed", "counts"), first_is(0), "counts: 0…883634, expected 1…"),
        (("listed", "total"), lambda total: 5, "counts: 2…883634, expected 1…5"),
        (("listed", "which"), first_is(1 << 30), "which: "),
        (("listed", "speech"), first_is(len(SPEECH)), "speech: "),
        (("listed", "speech"), lambda array: array[1:], "words, but parts of speech of"),
        (("listed", "counts"), lambda array: None, "counts: missing"),
        (("trie", "words"), lambda array: array[1:], "expected 349044, each of them once"),
        (("trie", "codes"), first_is(ord("!")), "that jieba does not look into"),
        (("chain", "first"), lambda array: array[1:], r"first: .* shape \(4,\)"),
        (("chain", "later"), lambda array: array.astype(np.int64), "later: missing, or not"),
        (("chain", "earlier"), first_is(np.nan), "earlier: numbers that are infinite"),
        (("chain", "emissions"), first_is(-np.inf), "emissions: numbers that are infinite"),
    ],
)
def test_damaged_arrays_are_refused(path, change, reason):
    data = Segmentation(speech=True).to_dict()
    with pytest.raises(ArrayError, match=reason):
        Segmentation.from_dict(damaged(data, ("cutter", *path), change))
