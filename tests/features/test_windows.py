"""Windows lose nothing, own every character once, and end with sentences where they can."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.features.windows import Window, windows

PIECES = ["雨", "停", "了", "a", "。", "！”", "……", "；", "\n", "”"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=70).map("".join)
SIZES = st.integers(1, 40)
OVERLAPS = st.integers(0, 50)


def _cut(text, size, overlap):
    return list(windows(text, size=size, overlap=overlap))


@given(TEXTS, SIZES, OVERLAPS)
def test_owned_parts_make_up_the_text_in_order(text, size, overlap):
    parts = _cut(text, size, overlap)
    borders = [0, *(part.owned_end for part in parts)]
    assert [part.owned_start for part in parts] == borders[:-1]
    assert borders[-1] == len(text)
    assert not text or all(before < after for before, after in pairwise(borders))


@given(TEXTS, SIZES, OVERLAPS)
def test_a_window_is_at_most_size_long_and_holds_what_it_owns(text, size, overlap):
    for part in _cut(text, size, overlap):
        assert part.end - part.start <= size
        assert 0 <= part.start <= part.owned_start <= part.owned_end <= part.end <= len(text)


@given(TEXTS, SIZES, OVERLAPS)
def test_neighbours_share_the_overlap(text, size, overlap):
    for before, after in pairwise(_cut(text, size, overlap)):
        assert before.end - after.start >= min(overlap, size // 2)
        assert before.start < after.start


@given(TEXTS, SIZES)
def test_without_an_overlap_no_character_is_looked_at_twice(text, size):
    assert sum(part.end - part.start for part in _cut(text, size, 0)) == len(text)


def _sentence_ends(text):
    """Places right after a sentence's last mark and the quotation marks that may follow it."""
    marks, closing = "。！…；\n", "”"
    for place in range(1, len(text) + 1):
        said = text[:place].rstrip(closing)
        if said and said[-1] in marks and text[place : place + 1] not in {*marks, closing}:
            yield place


@given(TEXTS, SIZES, OVERLAPS)
def test_a_window_ends_with_the_last_sentence_that_ends_in_its_latter_half(text, size, overlap):
    ends = list(_sentence_ends(text))
    for part in _cut(text, size, overlap)[:-1]:
        limit = part.start + size
        latter = [end for end in ends if (limit + part.owned_start) // 2 < end <= limit]
        assert part.end == (latter[-1] if latter else limit)
        assert part.owned_end == part.end or not latter


@pytest.mark.parametrize("text", ["", "雨", "雨停了。走吧。"])
def test_a_text_that_fits_is_one_window(text):
    assert _cut(text, max(len(text), 1), 3) == [Window(0, len(text), 0, len(text))]


def test_the_next_window_looks_back_at_the_sentence_before():
    text = "雨终于停了。她合上书走出门去"
    assert _cut(text, 8, 2) == [Window(0, 6, 0, 6), Window(4, 12, 6, 11), Window(10, 14, 11, 14)]


@pytest.mark.parametrize(
    "mark", [*"。！？!?；;…\n\r\u2028\u2029\u0085", "？！", "……", "。”", "！）", "。’”"]
)
def test_every_sentence_end_is_cut_after_all_its_marks(mark):
    text = f"她说雨就要停了{mark}然后合上书走出门去看花"
    assert _cut(text, 12, 2)[0].owned_end == 7 + len(mark)


@pytest.mark.parametrize("mark", "，、,.“”")
def test_other_marks_end_no_sentence(mark):
    text = f"她说雨就要停了{mark}然后合上书走出门去看花"
    assert _cut(text, 12, 2)[0] == Window(0, 12, 0, 11)


@pytest.mark.parametrize("character", "雨。）")
def test_the_time_grows_with_the_length_whatever_the_characters(character):
    start = process_time()
    assert len(_cut(character * 10_000, 256, 64)) >= 10_000 / 256
    assert process_time() - start < 1
