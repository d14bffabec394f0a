"""UTF-16 code units: counted as Python's own encoder counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters

from ner.formats.utf16 import character_at, unit_edges

texts = st.text(characters(surrogates=True), max_size=12)


def units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(texts)
def test_edges_are_what_the_encoder_counts_before_each_character(text):
    assert list(unit_edges(text)) == [units(text[:place]) for place in range(len(text) + 1)]


@given(texts)
def test_every_edge_leads_back_to_its_character(text):
    edges = unit_edges(text)
    assert [character_at(edges, edge) for edge in edges] == list(range(len(text) + 1))


@pytest.mark.parametrize("unit", [-1, 2, 5, 10**30, -(10**30)])
def test_no_character_begins_inside_another_or_outside_the_text(unit):
    assert character_at(unit_edges("茶\U0001f375好"), unit) is None
