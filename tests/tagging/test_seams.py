"""Entities of overlapping windows made one list, held against those of the whole text."""

from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ner.document import Entity
from ner.features.windows import Window
from ner.tagging.seams import Found, merged, placed, unseen

TEXT = "".join(chr(0x4E00 + place) for place in range(100))


def entity(start, end):
    return Entity(TEXT[start:end], "LOC", start, end)


def found(start, end, context):
    return Found(entity(start, end), context)


def places(entities):
    return [(one.start, one.end) for one in entities]


def covered(spans):
    return {place for start, end in spans for place in range(start, end)}


@st.composite
def cut(draw, *, kinds, times=1):
    """A text, a window size and an overlap; runs are at most ``times`` as long as the window."""
    size = draw(st.integers(8, 20))
    run = st.builds(str.__mul__, st.sampled_from(kinds), st.integers(1, size * times))
    between = st.builds(str.__mul__, st.sampled_from("丙。\n」"), st.integers(1, 5))
    text = "".join(draw(st.lists(run | between, max_size=16)))
    return text, size, draw(st.integers(1, size + 3))


@given(cut(kinds="甲"))
def test_entities_that_fit_a_window_are_those_of_the_whole_text(runs, case):
    text, size, overlap = case
    expected = runs.spans(text)
    assume(all(end - start <= size for start, end in expected))
    assert places(runs.tagger(size, overlap)(text).entities) == expected


@example(("甲" * 17 + "乙" * 17, 17, 1))
@given(cut(kinds="甲乙"))
def test_so_are_entities_that_touch_each_other(runs, case):
    text, size, overlap = case
    expected = runs.spans(text)
    assume(all(end - start <= size for start, end in expected))
    assert places(runs.tagger(size, overlap)(text).entities) == expected


@given(cut(kinds="甲", times=5))
def test_an_entity_longer_than_a_window_loses_no_character(runs, case):
    text, size, overlap = case
    entities = runs.tagger(size, overlap)(text).entities
    assert all(a.end <= b.start for a, b in pairwise(entities))
    assert covered(places(entities)) == covered(runs.spans(text))


@given(cut(kinds="甲乙", times=5))
def test_nothing_overlaps_and_nothing_is_marked_that_no_window_saw(runs, case):
    text, size, overlap = case
    entities = runs.tagger(size, overlap)(text).entities
    assert all(a.end <= b.start for a, b in pairwise(entities))
    assert covered(places(entities)) <= covered(runs.spans(text))
    assert all(set(one.text) == {one.label} for one in entities)


@given(cut(kinds="甲"), st.integers(1, 40))
def test_what_is_computed_at_once_changes_nothing(runs, case, batch_characters):
    text, size, overlap = case
    small = runs.tagger(size, overlap, batch_characters)
    assert small([text, text[:7], text]) == runs.tagger(size, overlap)([text, text[:7], text])


@pytest.mark.parametrize(
    ("window", "start", "end", "expected"),
    [
        (Window(0, 20, 0, 16), 3, 6, Found(entity(3, 6), 14)),
        (Window(0, 20, 0, 16), 0, 20, Found(entity(0, 20), 0)),
        (Window(40, 60, 44, 56), 5, 8, Found(entity(45, 48), 5)),
        (Window(40, 60, 44, 56), 0, 8, Found(entity(40, 48), 0)),
        (Window(40, 60, 44, 56), 2, 5, Found(entity(42, 45), 2)),
        (Window(80, 100, 84, 100), 9, 20, Found(entity(89, 100), 9)),
        (Window(0, 100, 0, 100), 0, 100, Found(entity(0, 100), 100)),
    ],
)
def test_an_entity_keeps_its_distance_to_the_nearest_cut(window, start, end, expected):
    seen = Entity(expected.entity.text, "LOC", start, end)
    assert placed(window, [seen], length=100) == [expected]


@pytest.mark.parametrize(("start", "end"), [(0, 4), (1, 3), (16, 20)])
def test_what_does_not_touch_the_owned_part_is_left_to_other_windows(start, end):
    window = Window(40, 60, 44, 56)
    assert (
        placed(window, [Entity(TEXT[40 + start : 40 + end], "LOC", start, end)], length=100) == []
    )


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], []),
        ([(5, 9, 0), (5, 12, 3)], [(5, 12)]),
        ([(5, 12, 0), (7, 9, 3)], [(7, 9)]),
        ([(5, 9, 2), (5, 12, 2)], [(5, 12)]),
        ([(9, 12, 1), (3, 9, 1), (12, 13, 1)], [(3, 9), (9, 12), (12, 13)]),
        ([(3, 5, 4), (3, 5, 4)], [(3, 5)]),
        ([(0, 4, 1), (3, 7, 9), (6, 9, 1)], [(3, 7)]),
    ],
    ids=["nothing", "context", "whole", "length", "order", "twice", "chain"],
)
def test_of_entities_that_overlap_the_one_with_more_context_stays(seen, expected):
    assert places(merged(found(*one) for one in seen)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([(20, 24, 3)], []),
        ([(20, 24, 0)], [Window(14, 30, 20, 24)]),
        ([(20, 24, 0), (24, 28, 0)], [Window(16, 32, 20, 28)]),
        ([(20, 24, 0), (21, 26, 5)], []),
        ([(20, 37, 0)], []),
        ([(1, 3, 0)], [Window(0, 16, 1, 3)]),
        ([(97, 99, 0)], [Window(84, 100, 97, 99)]),
        ([(40, 56, 0)], [Window(40, 56, 40, 56)]),
    ],
    ids=["whole", "cut", "halves", "seen", "long", "first", "last", "full"],
)
def test_a_new_window_is_laid_around_what_was_only_seen_cut(seen, expected):
    assert unseen([found(*one) for one in seen], size=16, length=100) == expected
