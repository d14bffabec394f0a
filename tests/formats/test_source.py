"""Lines out of bytes: what ends one, what cannot be decoded, and what is missing."""

import pytest
from streams import NAME, read, source

from ner.errors import CorpusError, NerError
from ner.formats import ReadOptions, open_source
from ner.formats.reading import read_path

GB18030 = ReadOptions(encoding="gb18030")
WORDS = "阿梨昨天到了泉州"


def lines(content, options=None):
    return list(source(content, options).lines())


@pytest.mark.parametrize(
    "content, expected",
    [
        ("", []),
        ("甲\n乙\n", ["甲", "乙"]),
        ("甲\r\n乙\r\n", ["甲", "乙"]),
        ("甲\n\n乙", ["甲", "", "乙"]),
        ("甲\r乙\n", ["甲\r乙"]),
        ("甲\r\r\n", ["甲\r"]),
        ("甲\u2028乙\u0085丙\x0b丁\x0c戊\x1c己\n", ["甲\u2028乙\u0085丙\x0b丁\x0c戊\x1c己"]),
        ("\ufeff甲\n\ufeff乙\n", ["甲", "\ufeff乙"]),
        ("\ufeff\ufeff甲", ["\ufeff甲"]),
    ],
)
def test_only_a_line_feed_ends_a_line_and_only_the_file_has_a_mark(content, expected):
    assert lines(content) == list(enumerate(expected, 1))


@pytest.mark.parametrize("count, expected", [(0, []), (1, ["甲"]), (9, ["甲", "乙", "丙"])])
def test_lines_that_were_peeked_at_are_read_again(count, expected):
    ahead = source("\ufeff甲\r\n乙\n丙")
    assert ahead.peek(count) == expected
    assert ahead.peek(count) == expected
    assert list(ahead.lines()) == [(1, "甲"), (2, "乙"), (3, "丙")]


def test_peeking_at_bytes_of_another_encoding_raises_nothing():
    assert source(WORDS.encode("gb18030")).peek(1)[0].count("\ufffd") > 0


def test_bytes_that_are_not_utf8_are_named_and_gb18030_is_hinted_at():
    with pytest.raises(CorpusError) as raised:
        lines("泉州\n".encode() + "ok杭州\n".encode("gb18030"))
    assert str(raised.value) == (
        f"{NAME}:2: not utf-8: byte 0xba (number 9 of the file, from 0); "
        "the line is valid GB18030: if the file is, say --encoding gb18030"
    )


@pytest.mark.parametrize(
    "content, options, place",
    [
        (b"ab\n\xff\n", None, "0xff (number 3 "),
        (b"ab\n\xff\n", GB18030, "0xff (number 3 "),
        (b"\xef\xbb\xbfab\nc\xff\n", None, "0xff (number 7 "),
        (b"\xef\xbb\xbfab\xff\n", None, "0xff (number 5 "),
    ],
)
def test_the_byte_is_counted_from_the_start_of_the_file(content, options, place):
    with pytest.raises(CorpusError) as raised:
        lines(content, options)
    assert place in str(raised.value)
    assert "--encoding" not in str(raised.value)


def test_gb18030_is_read_where_it_is_asked_for():
    rare = WORDS + "㐀𠀀"
    assert lines(f"{rare}\r\n{rare}".encode("gb18030"), GB18030) == [(1, rare), (2, rare)]


def test_a_gb18030_text_whose_first_bytes_look_like_a_mark_is_whole():
    text = "锘可以衰变"  # its GB18030 bytes start with EF BB BF
    assert lines(text.encode("gb18030"), GB18030) == [(1, text)]


@pytest.mark.parametrize("encoding", ["gb1830", "", "hex", "rot13"])
def test_an_unknown_encoding_is_an_error_for_the_user(encoding):
    with pytest.raises(NerError, match=f"unknown encoding '{encoding}'"):
        read(WORDS, "text", ReadOptions(encoding=encoding))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CorpusError, match="nowhere.bio: No such file"):
        open_source(tmp_path / "nowhere.bio", ReadOptions())


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CorpusError) as raised:
        list(read_path(tmp_path, {}))
    assert raised.value.path == str(tmp_path)


def test_a_file_is_closed_after_its_last_document(tmp_path):
    (tmp_path / "a.txt").write_text(WORDS, encoding="utf-8")
    with open_source(tmp_path / "a.txt", ReadOptions()) as opened:
        assert [line for _, line in opened.lines()] == [WORDS]
    with pytest.raises(ValueError, match="closed"):
        list(opened.lines())


def test_an_error_carries_its_place():
    error = source("").error("no such thing", 3)
    assert (str(error), error.path, error.line) == (f"{NAME}:3: no such thing", NAME, 3)
    assert str(source("").error("no such thing")) == f"{NAME}: no such thing"
