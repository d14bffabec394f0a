"""Where two layers of entities differ, and what is then wrong with the first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import entities
from trained import annotated

from ner.document import Document
from ner.evaluation.disagreements import KINDS, disagreements
from ner.evaluation.kinds import KINDS as ERRORS
from ner.evaluation.pairs import Pair, flat

TEXT = "一二三四五六七八"


def pair(gold, predicted):
    both = annotated(gold), annotated(predicted)
    assert both[0].text == both[1].text
    return Pair(both[0].text, both[0].entities, both[1].entities)


@pytest.mark.parametrize(
    ("gold", "predicted", "kind", "stretch"),
    [
        ("在[衢州|LOC]等", "在[衢州|PER]等", "label", "衢州"),
        ("在[衢州|LOC]等", "在衢[州等|LOC]", "boundary", "衢州等"),
        ("在[衢州|LOC]等", "[在衢|PER]州等", "label and boundary", "在衢州"),
        ("在[衢州|LOC]等", "在衢州等", "superfluous", "衢州"),
        ("在衢州等", "在[衢州|LOC]等", "missing", "衢州"),
        ("[丽水青禾|ORG]", "[丽水|LOC][青禾|ORG]", "boundary", "丽水青禾"),
        ("[丽|A][水|A]青禾", "丽[水青|A][禾|B]", "boundary", "水青"),
    ],
)
def test_a_place_is_told_once_with_what_is_wrong_in_it(gold, predicted, kind, stretch):
    layers = pair(gold, predicted)
    found = disagreements(layers)
    assert (kind, stretch) in [(one.kind, layers.text[one.start : one.end]) for one in found]
    assert len(found) == len({(one.start, one.end) for one in found})


def test_neighbours_that_touch_are_told_apart():
    found = disagreements(pair("[丽水|LOC][衢州|LOC]", "[丽水|PER][衢州|PER]"))
    assert [(one.start, one.end) for one in found] == [(0, 2), (2, 4)]


def test_every_kind_of_error_is_one_of_the_annotation():
    assert KINDS.keys() == ERRORS.keys()


@st.composite
def layer(draw):
    one = st.tuples(st.integers(0, 7), st.integers(1, 4), st.sampled_from("AB"))
    spans = [(a, min(a + size, 8), label) for a, size, label in draw(st.lists(one, max_size=4))]
    return tuple(flat(Document(TEXT, entities(TEXT, spans))))


def held(layer):
    return {(one.start, one.end, one.label) for one in layer}


@given(layer(), layer())
def test_the_stretches_have_all_that_differs_and_nothing_goes_over_their_ends(gold, predicted):
    found = disagreements(Pair(TEXT, gold, predicted))
    told = {one for part in found for one in held(part.gold) ^ held(part.predicted)}
    assert told == held(gold) ^ held(predicted)
    for one in found:
        for entity in (*gold, *predicted):
            inside = one.start <= entity.start and entity.end <= one.end
            assert inside or entity.end <= one.start or one.end <= entity.start
    ends = [end for one in found for end in (one.start, one.end)]
    assert ends == sorted(ends)
