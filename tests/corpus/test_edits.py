"""Changes of a text: entities and sentences follow, as if every character were tracked."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from layered import layered, stretches

from ner.corpus.edits import Edit, apply
from ner.document import Document, Entity
from ner.errors import Place

TEXT = "她在苏州住了"
SUZHOU = Entity("苏州", "LOC", 2, 4)


def changed(*edits, entities=(SUZHOU,), spans=(), **how):
    document = Document(TEXT, entities, spans)
    return apply(document, [Edit(*one) for one in edits], **how)


def tracked(document, edits):
    """The slow oracle: each character of the new text says of whom it is a part."""
    written = []  # characters with the entities and sentences that hold them
    place = 0
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for start, end, replacement in ordered:
        for here in range(place, start):
            written.append((document.text[here], *holders(document, here, here + 1)))
        written += [(one, *holders(document, start, end)) for one in replacement]
        place = end
    for here in range(place, len(document.text)):
        written.append((document.text[here], *holders(document, here, here + 1)))
    return written


def holders(document, start, end):
    """Which entities and sentences take in what stands, or is inserted, at these places."""
    pairs = [(one.start, one.end) for one in document.entities]
    if start < end:
        entities = {n for n, (first, last) in enumerate(pairs) if first <= start and end <= last}
        own = {n for n, (a, b) in enumerate(document.spans) if a <= start and end <= b}
        return entities, own
    entities = {n for n, (first, last) in enumerate(pairs) if first < start < last}
    own = {n for n, (first, last) in enumerate(document.spans) if first <= start < last}
    ending = {n for n, (_, last) in enumerate(document.spans) if start == last}
    return entities, own or ending


def crosses(document, edits):
    """Whether an edit begins or ends on another side of a border than it ends or begins."""
    places = [(one.start, one.end) for one in document.entities] + list(document.spans)
    return any(
        start < border < end for start, end, _ in edits for pair in places for border in pair
    )


@st.composite
def edited(draw):
    """A document, and edits of it that do not overlap."""
    document = draw(layered())
    length = len(document.text)
    places = st.integers(0, length).map(lambda place: (place, place))
    borders = sorted({place for one in document.entities for place in (one.start, one.end)})
    if length:
        places |= stretches(length)
    if len(borders) > 1:
        places |= st.sampled_from([*zip(borders, borders[1:], strict=False)])
    edits = []
    for start, end in draw(st.lists(places, max_size=4)):
        if all(end <= one.start or one.end <= start for one in edits):
            edits.append(Edit(start, end, draw(st.text("甲乙丙", max_size=3))))
    return document, edits


def places_of(written, column, number):
    found = [place for place, one in enumerate(written) if number in one[column]]
    return (found[0], found[-1] + 1) if found else None


@given(edited())
def test_entities_are_made_of_the_characters_that_are_theirs(pair):
    document, edits = pair
    assume(not crosses(document, edits))
    written = tracked(document, edits)
    found = apply(document, edits, drop_emptied=True)
    assert found.text == "".join(one[0] for one in written)
    expected = [
        (places_of(written, 1, number), one.label) for number, one in enumerate(document.entities)
    ]
    assert [((one.start, one.end), one.label) for one in found.entities] == [
        (place, label) for place, label in expected if place
    ]
    assert all(found.text[one.start : one.end] == one.text for one in found.entities)


@given(edited())
def test_sentences_are_made_of_the_characters_that_are_theirs(pair):
    document, edits = pair
    assume(not crosses(document, edits))
    written = tracked(document, edits)
    found = apply(document, edits, drop_emptied=True)
    assert len(found.spans) == len(document.spans)
    for number, (start, end) in enumerate(found.spans):
        assert (places_of(written, 2, number) or (start, start)) == (start, end)
    assert list(found.spans) == sorted(found.spans)


@given(edited())
def test_an_edit_is_refused_exactly_if_it_crosses_a_border(pair):
    document, edits = pair
    try:
        apply(document, edits, drop_emptied=True)
        refused = False
    except ValueError as error:
        assert "crosses a border at" in str(error)
        refused = True
    assert refused == crosses(document, edits)


@given(edited(), st.randoms(use_true_random=False))
def test_the_order_in_which_edits_of_different_places_are_given_is_nothing(pair, random):
    document, edits = pair
    assume(not crosses(document, edits))
    assume(len({(one.start, one.end) for one in edits}) == len(edits))
    shuffled = random.sample(edits, len(edits))
    one, other = (apply(document, given, drop_emptied=True) for given in (edits, shuffled))
    assert one == other


@given(layered())
@example(Document(""))
def test_no_edits_give_the_document_itself(document):
    assert apply(document, []) is document


@pytest.mark.parametrize(
    "edit, text, place",
    [
        ((2, 4, "哈尔滨"), "她在哈尔滨住了", (2, 5)),
        ((2, 3, ""), "她在州住了", (2, 3)),
        ((3, 3, "·"), "她在苏·州住了", (2, 5)),
        ((2, 2, "，"), "她在，苏州住了", (3, 5)),
        ((4, 4, "，"), "她在苏州，住了", (2, 4)),
        ((0, 2, ""), "苏州住了", (0, 2)),
        ((4, 6, ""), "她在苏州", (2, 4)),
    ],
)
def test_an_entity_stretches_shrinks_or_moves(edit, text, place):
    found = changed(edit)
    assert found.text == text
    assert [(one.start, one.end) for one in found.entities] == [place]


def test_insertions_at_one_place_stand_as_given_and_before_a_replacement():
    found = changed((2, 4, "泉州"), (2, 2, "甲"), (2, 2, "乙"))
    assert found.text == "她在甲乙泉州住了"
    assert found.entities == (Entity("泉州", "LOC", 4, 6),)


@pytest.mark.parametrize("edit", [(1, 3, "x"), (3, 5, "x"), (1, 5, "x"), (2, 5, "x"), (1, 4, "x")])
def test_an_edit_over_an_entity_s_border_is_refused(edit):
    with pytest.raises(ValueError, match=rf"edit {edit[0]}:{edit[1]} crosses a border at [24]"):
        changed(edit)


def test_an_edit_over_a_sentence_s_border_is_refused():
    with pytest.raises(ValueError, match="edit 1:3 crosses a border at 2"):
        changed((1, 3, "x"), entities=(), spans=((0, 2), (2, 6)))


@pytest.mark.parametrize(
    "edits, message",
    [
        ([(5, 7, "")], "edit 5:7 does not fit a text of 6 characters"),
        ([(-1, 1, "")], "edit -1:1 does not fit"),
        ([(5, 4, "")], "edit 5:4 does not fit"),
        ([(0, 2, ""), (1, 1, "x")], "edit 1:1 overlaps another that ends at 2"),
        ([(4, 6, ""), (4, 5, "")], "edit 4:6 overlaps another that ends at 5"),
    ],
)
def test_edits_that_do_not_fit_are_refused(edits, message):
    with pytest.raises(ValueError, match=message):
        changed(*edits)


@pytest.mark.parametrize(
    "edits", [[(2, 4, "")], [(2, 3, ""), (3, 4, "")], [(2, 2, "x"), (2, 4, "")]]
)
def test_an_entity_without_text_disappears_only_if_it_may(edits):
    with pytest.raises(ValueError, match="the entity 2:4 would be empty"):
        changed(*edits)
    assert changed(*edits, drop_emptied=True).entities == ()


def test_an_entity_that_is_emptied_but_for_an_insertion_stays():
    found = changed((2, 3, ""), (3, 3, "厦门"), (3, 4, ""))
    assert found.entities == (Entity("厦门", "LOC", 2, 4),)


@pytest.mark.parametrize(
    "edit, spans",
    [
        ((2, 2, "x"), [(0, 2), (2, 7)]),
        ((0, 0, "x"), [(0, 3), (3, 7)]),
        ((6, 6, "x"), [(0, 2), (2, 7)]),
        ((0, 2, ""), [(0, 0), (0, 4)]),
    ],
)
def test_a_sentence_takes_in_what_is_inserted_at_its_borders(edit, spans):
    assert list(changed(edit, entities=(), spans=((0, 2), (2, 6))).spans) == spans


def test_an_empty_sentence_before_another_stays_empty():
    found = changed((2, 2, "x"), entities=(), spans=((2, 2), (2, 6)))
    assert found.spans == ((2, 2), (2, 7))


def test_what_a_file_said_beyond_the_text_stays():
    entity = Entity("苏州", "LOC", 2, 4, 0.5, {"id": "T1"})
    document = Document(TEXT, (entity,), (), 7, {"page": 3}, Place("a.jsonl", 4))
    found = apply(document, [Edit(0, 1, "")])
    assert (found.id, found.fields, found.place) == (7, {"page": 3}, Place("a.jsonl", 4))
    assert (found.entities[0].score, found.entities[0].fields) == (0.5, {"id": "T1"})
