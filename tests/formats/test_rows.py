"""Sentences of columns: those that are read at one stroke are as those read line by line."""

from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from streams import source

from ner.errors import CorpusError
from ner.formats import Findings, ReadOptions
from ner.formats import source as module
from ner.formats.rows import Blocks

ODD = ["\u3000", "\u00a0", "\x0b", " ", "\r", "-DOCSTART-", ""]
TOKENS = st.sampled_from(["泉", "州", "Ab", *ODD])
TAGS = st.sampled_from(["O", "B-LOC", "I-LOC", "B_x", "X", "", "O\r"])
GAPS = st.sampled_from(["\t", " ", "\t\t", "", "\t \t", " NR "])
WHOLE = st.sampled_from(["", "", " ", "泉\tO", "州\tO"])
LINES = st.tuples(TOKENS, GAPS, TAGS).map("".join) | WHOLE
CONTENT = st.tuples(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n"]))


def blocks(content, *, chunk=64, **options):
    """The sentences, and what was found; or the error."""
    findings = Findings()
    try:
        with patch.object(module, "CHUNK", chunk):
            reader = Blocks(source(content, ReadOptions(**options)), findings)
            return list(map(shown, reader.all())), findings
    except CorpusError as error:
        return str(error)


def shown(block):
    return block.text, list(block.tokens), list(block.tags), block.line, block.opens_document


def slowly(content, **options):
    with patch.object(Blocks, "_regular", return_value=[]):
        return blocks(content, chunk=1 << 20, **options)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@given(CONTENT)
@example((["泉\tO", "", "", "", "州\tO"], "\n"))
@example((["阿", "梨 O 泉"], "\n"))
@example((["\u3000 O", "泉\u3000O"], "\n"))
def test_reading_at_one_stroke_gives_what_reading_line_by_line_gives(chunk, content):
    lines, end = content
    text = "\ufeff" + end.join(lines)
    assert blocks(text, chunk=chunk) == slowly(text)


@given(st.binary(max_size=60) | st.lists(st.sampled_from([b"\xe6\x9d", b"\xb1", b"\tO\n", b"\n"])))
def test_bytes_that_cannot_be_decoded_are_blamed_alike(content):
    raw = content if isinstance(content, bytes) else b"".join(content)
    assert blocks(raw) == slowly(raw)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_regular_sentences_are_read_at_one_stroke(end):
    content = end.join(["泉\tB-LOC", "州\tI-LOC", "", "", "好\tO", "", "Ab\tO", ""])
    with patch.object(Blocks, "_irregular", side_effect=AssertionError):
        found, _ = blocks(content, chunk=1 << 20)
    assert [(text, line) for text, _, _, line, _ in found] == [("泉州", 1), ("好", 5), ("Ab", 7)]
