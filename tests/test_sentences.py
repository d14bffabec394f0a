"""Sentences of a text: marks, lines, wrapped lines, and places that no end may cut."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import characters

from ner.sentences import CLOSING, SENTENCE_ENDS, sentence_spans

WRAPPED = (
    "阿梨沿着河边的小路慢慢走到了泉州城外的茶园里看见许多年轻人正在那里"  # of 33, ends with no mark
)
texts = st.text(characters() | st.sampled_from("。！？!?；;…”」）\n\r，甲乙\u3000"), max_size=40)


def sentences(text, whole=()):
    return [text[start:end] for start, end in sentence_spans(text, whole)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("茶凉了。她走了", ["茶凉了。", "她走了"]),
        ("谁？他！走!好?茶；水;完…了", ["谁？", "他！", "走!", "好?", "茶；", "水;", "完…", "了"]),
        ("什么？！真的……好", ["什么？！", "真的……", "好"]),
        ("她说：“茶凉了。”他走了。", ["她说：“茶凉了。”", "他走了。"]),
        ("（茶凉了。）『走！』」好", ["（茶凉了。）", "『走！』」", "好"]),
        ("茶，水、3.5元：好", ["茶，水、3.5元：好"]),
        ("”茶凉了", ["”茶凉了"]),
        ("", []),
        (" \n\u3000\r\n", []),
    ],
)
def test_a_mark_ends_a_sentence_with_all_that_closes_it(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\u0085"])
def test_a_line_that_is_not_full_is_a_sentence_of_its_own(line_break):
    text = line_break.join(["茶园", "她走了", "", "明天回来。", ""])
    assert sentences(text) == ["茶园", "她走了", "明天回来。"]


def test_blanks_around_a_sentence_are_in_none():
    assert sentences("\u3000\u3000茶凉了。 她 走了 \n \t\n  好") == ["茶凉了。", "她 走了", "好"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_full_line_without_a_mark_goes_on_in_the_next(line_break):
    text = line_break.join(["茶园", WRAPPED, WRAPPED[:-2], "摘茶。她", "走了"])
    whole = line_break.join([WRAPPED, WRAPPED[:-2], "摘茶。"])
    assert sentences(text) == ["茶园", whole, "她", "走了"]


def test_a_full_line_that_ends_with_a_mark_does_not_go_on():
    text = f"{WRAPPED}\n{WRAPPED[:-1]}。\n她走了"
    assert sentences(text) == [f"{WRAPPED}\n{WRAPPED[:-1]}。", "她走了"]


def test_a_mark_that_was_wrapped_into_the_next_line_ends_its_sentence_there():
    assert sentences(f"“{WRAPPED}\n。”她走了") == [f"“{WRAPPED}\n。”", "她走了"]


def test_an_empty_line_ends_a_sentence_however_full_the_one_before():
    assert sentences(f"{WRAPPED}\n\n她走了") == [WRAPPED, "她走了"]


def test_a_line_much_shorter_than_the_longest_is_not_full():
    longer = WRAPPED + WRAPPED
    assert sentences(f"{WRAPPED}\n{longer}。") == [WRAPPED, f"{longer}。"]


def test_the_lines_of_a_verse_are_never_full():
    verse = "春天来了\n花儿开了\n鸟儿叫了"
    assert sentences(verse) == verse.split("\n")


@pytest.mark.parametrize("mark", ["，", ",", "、"])
def test_a_line_that_ends_in_a_comma_goes_on(mark):
    assert sentences(f"春天来了{mark}\n花儿开了") == [f"春天来了{mark}\n花儿开了"]


@pytest.mark.parametrize(
    "text, whole, expected",
    [
        ("看《谁？我！》去。走", [(1, 7)], ["看《谁？我！》", "去。", "走"]),
        ("看《谁？我！》去。走", [(1, 4), (4, 7)], ["看《谁？", "我！》", "去。", "走"]),
        ("甲。乙。丙。丁", [(1, 3), (2, 5)], ["甲。乙。丙。", "丁"]),
        ("泉\n州\n好", [(0, 3)], ["泉\n州", "好"]),
        ("甲。 乙 \n丙", [(2, 3)], ["甲。", " 乙", "丙"]),
        ("甲。 乙 \n丙", [(3, 5)], ["甲。", "乙 ", "丙"]),
    ],
)
def test_no_end_cuts_a_place_that_is_to_stay_whole(text, whole, expected):
    assert sentences(text, whole) == expected


@st.composite
def texts_with_places(draw):
    text = draw(texts.filter(bool))
    borders = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    places = draw(st.lists(borders, max_size=4))
    return text, [(min(pair), max(pair)) for pair in places if pair[0] != pair[1]]


@given(texts_with_places())
@example(("甲。\n乙", [(1, 3), (2, 4)]))
@example((" \n ", [(1, 2)]))
def test_sentences_are_in_order_and_hold_every_place_and_all_but_blanks(drawn):
    text, whole = drawn
    spans = sentence_spans(text, whole)
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    assert all(start < end for start, end in spans)
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert not any(text[end:start].strip() for end, start in zip(ends, starts, strict=True))
    for start, end in whole:
        assert sum(first <= start and end <= last for first, last in spans) == 1
        assert sum(first < end and start < last for first, last in spans) == 1


@given(texts)
def test_a_sentence_has_no_end_inside_but_where_its_line_goes_on(text):
    marks = SENTENCE_ENDS - set("\n\r\u2028\u2029\u0085")
    for one in sentences(text):
        rest = one.rstrip("".join(SENTENCE_ENDS | CLOSING))
        assert not marks & set(rest)


@given(texts)
def test_the_sentences_of_a_sentence_are_itself_where_it_is_one_line(text):
    for one in sentences(text):
        if not set("\n\r\u2028\u2029\u0085") & set(one):
            assert sentences(one) == [one]
