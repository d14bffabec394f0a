"""Tables for a terminal: columns end at one place whatever script is in them."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from strategies import characters

from ner.cli.table import aligned, described

cells = st.text(characters(surrogates=True), max_size=5)


def test_the_first_column_begins_and_the_others_end_at_one_place():
    assert aligned([["label", "train"], ["人名", "3"], ["LOC", "1,200"]]) == (
        "label  train\n人名       3\nLOC    1,200"
    )


def test_descriptions_begin_at_one_place():
    assert described([("人名", "甲 1"), ("X", "乙 2")]) == "人名  甲 1\nX     乙 2"
    assert described([]) == ""


def test_what_cannot_be_printed_is_escaped():
    assert aligned([["a\nb", "\ud800"]]) == r"a\nb  \ud800"


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_any_text_stays_in_its_line_and_can_be_written(rows):
    closed = [[first, f"{second}|"] for first, second in rows]
    written = aligned(closed)
    written.encode("utf-8")
    lines = written.split("\n")
    assert len(lines) == len(rows)
    assert len({cell_len(line) for line in lines}) == 1
