"""CLUENER2020's lines: inclusive ends, and mentions that must stand where the line says."""

import json

import pytest
from hypothesis import given
from layered import layered
from streams import NAME, read, written

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import ReadOptions
from ner.tags import spans_of

TEXT = "阿梨在泉州买茶，又回泉州"


def line(**record):
    return json.dumps({"text": TEXT, **record}, ensure_ascii=False) + "\n"


def test_both_ends_of_a_place_are_inclusive():
    labels = {"address": {"泉州": [[3, 4], [10, 11]]}, "name": {"阿梨": [[0, 1]]}}
    (document,), counts = read(line(label=labels), "cluener")
    expected = [Entity("阿梨", "name", 0, 2), Entity("泉州", "address", 3, 5)]
    assert document == Document(TEXT, (*expected, Entity("泉州", "address", 10, 12)))
    assert not counts


def test_nested_mentions_are_all_kept():
    labels = {"company": {"泉州买茶": [[3, 6]]}, "address": {"泉州": [[3, 4]]}}
    (document,), _ = read(line(label=labels), "cluener")
    assert [(one.start, one.end) for one in document.entities] == [(3, 5), (3, 7)]


def test_number_and_other_fields_are_kept():
    (document,), _ = read("\n" + line(id=7, label={}, topic="茶") + "\n", "cluener")
    assert (document.id, document.fields, document.entities) == (7, {"topic": "茶"}, ())


def test_a_line_without_labels_has_no_entities():
    (document,), _ = read(line(), "cluener")
    assert document == Document(TEXT)


@pytest.mark.parametrize(
    "label, said",
    [
        ({"address": {"泉州": [[3, 5]]}}, "'泉州' does not stand at [3, 5]"),
        ({"address": {"杭州": [[3, 4]]}}, "'杭州' does not stand at [3, 4]"),
        ({"address": {"泉州": [[30, 31]]}}, "'泉州' does not stand at [30, 31]"),
        ({"address": {"泉州": [[3]]}}, ""),
        ({"address": {"泉州": [["3", "4"]]}}, ""),
        ({"address": ["泉州"]}, ""),
        ([[3, 5, "address"]], ""),
        # Python would count these from the text's end, or find nothing at all there
        ({"address": {"泉": [[-2, -2]]}}, ""),
        ({"address": {"": [[3, 2]]}}, ""),
        ({"": {"泉州": [[3, 4]]}}, ""),
    ],
)
def test_labels_that_do_not_fit_are_refused_with_their_line(label, said):
    with pytest.raises(CorpusError) as raised:
        read(line() + line(label=label), "cluener")
    assert str(raised.value).startswith(f"{NAME}:2: not CLUENER's label object: {said}")


def test_labels_that_are_not_wanted_cannot_be_wrong():
    found, _ = read(
        line(label={"address": {"杭州": [[3, 4]]}}), "cluener", ReadOptions(tagged=False)
    )
    assert found == [Document(TEXT)]


@pytest.mark.parametrize(
    "content, said",
    [
        ('{"text": ', "not JSON: "),
        ("[]", 'expected an object with a string "text"'),
        ('{"label": {}}', 'expected an object with a string "text"'),
    ],
)
def test_a_line_that_is_no_text_is_refused_with_its_place(content, said):
    with pytest.raises(CorpusError) as raised:
        read(content, "cluener")
    assert str(raised.value).startswith(f"{NAME}:1: {said}")


@given(layered())
def test_what_is_written_is_read_back_however_entities_lie(document):
    content, counts = written([document, Document("茶")], "cluener")
    assert not counts
    found, _ = read(content, "cluener")
    assert [one.text for one in found] == [document.text, "茶"]
    assert sorted(spans_of(found[0].entities)) == sorted(spans_of(document.entities))
    assert all(document.text[one.start : one.end] == one.text for one in found[0].entities)


def test_a_label_and_a_mention_hold_all_their_places():
    labels = {"address": {"泉州": [[3, 4], [10, 11]]}, "name": {"阿梨": [[0, 1]]}}
    found, _ = read(line(label=labels, id=7, topic="茶"), "cluener")
    (record,) = written(found, "cluener")[0].decode().splitlines()
    assert json.loads(record) == {"text": TEXT, "label": labels, "id": 7, "topic": "茶"}
