"""doccano's two shapes: UTF-16 offsets, metadata, relations, errors, round trips."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import characters, documents
from streams import NAME, read, source, written

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import ReadOptions, reading
from ner.formats.doccano import CLASHING, PIECES, REDUCED

TEXT = "阿梨在泉州。"
PLACE = Entity("泉州", "LOC", 3, 5)
TEA = "\U0001f375阿梨\U0001f469在泉州。"  # code units: 0 🍵 2 阿梨 4 👩 6 在 7 泉州 9

both = pytest.mark.parametrize("name", ["doccano", "doccano-relations"])
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
fields = st.dictionaries(st.sampled_from(["topic", "Comments", "data", ""]), plain, max_size=2)


def line(**record):
    return json.dumps({"text": TEXT, **record}, ensure_ascii=False) + "\n"


def refused(content):
    with pytest.raises(CorpusError) as raised:
        read(line() + content, "doccano")
    place, _, message = str(raised.value).partition(": ")
    assert place == f"{NAME}:2"
    return message


def written_records(document, name):
    content, counts = written([document], name)
    return json.loads(content), counts


@both
@pytest.mark.parametrize(
    "spans",
    [
        {"label": [[3, 5, "LOC"]]},
        {"labels": [[3, 5, "LOC"]]},
        {"entities": [[3, 5, "LOC"]]},
        {"entities": [{"id": 4, "label": "LOC", "start_offset": 3, "end_offset": 5}]},
        {"entities": [], "label": [[3, 5, "LOC"]], "labels": None},
    ],
)
def test_spans_of_every_shape_say_the_same(name, spans):
    (document,), counts = read(line(id=7, **spans), name)
    assert document == Document(TEXT, (PLACE,), id=7)
    assert (document.fields, document.place) == ({}, (NAME, 1))
    assert not counts


def test_a_line_as_doccano_exports_it_keeps_comments_and_metadata():
    record = {"id": 12, "text": TEXT, "source": "信", "label": [[0, 2, "PER"], [3, 5, "LOC"]]}
    (document,), _ = read(line(**record, Comments=["哪个泉州？"]), "doccano")
    assert document == Document(TEXT, (Entity("阿梨", "PER", 0, 2), PLACE), id=12)
    assert document.fields == {"source": "信", "Comments": ["哪个泉州？"]}


def test_relations_are_kept_with_the_numbers_that_they_speak_of():
    entities = [
        {"id": 31, "label": "PER", "start_offset": 0, "end_offset": 2},
        {"id": 32, "label": "LOC", "start_offset": 3, "end_offset": 5},
    ]
    relations = [{"id": 5, "from_id": 31, "to_id": 32, "type": "在"}]
    record = {"id": 12, "text": TEXT, "entities": entities, "relations": relations, "Comments": []}
    found, _ = read(json.dumps(record), "doccano-relations")
    assert [entity.fields for entity in found[0].entities] == [{"id": 31}, {"id": 32}]
    assert found[0].fields == {"relations": relations, "Comments": []}
    again, counts = written_records(found[0], "doccano-relations")
    assert again == record
    assert not counts


@pytest.mark.parametrize("key", ["text", "data"])
def test_the_text_may_be_called_data_as_in_some_exports(key):
    found, _ = read(json.dumps({"id": 1, key: TEXT, "label": [[3, 5, "LOC"]]}), "auto")
    assert found == [Document(TEXT, (PLACE,), id=1)]
    assert found[0].fields == {}


def test_offsets_are_code_units_of_utf_16():
    spans = [[0, 2, "TEA"], [2, 4, "PER"], [2, 6, "PER"], [7, 9, "LOC"]]
    (document,), counts = read(line(text=TEA, label=spans), "doccano")
    assert [(one.text, one.start, one.end) for one in document.entities] == [
        *[("\U0001f375", 0, 1), ("阿梨", 1, 3), ("阿梨\U0001f469", 1, 4), ("泉州", 5, 7)]
    ]
    assert written_records(document, "doccano")[0]["label"] == spans
    offsets = written_records(document, "doccano-relations")[0]["entities"]
    assert [[one["start_offset"], one["end_offset"]] for one in offsets] == [s[:2] for s in spans]
    assert not counts


@pytest.mark.parametrize("start, end", [(1, 4), (2, 5), (0, 1)])
def test_a_span_that_cuts_an_emoji_is_refused(start, end):
    expected = f"span {start}:{end} cuts a character that is two UTF-16 code units"
    assert refused(line(text=TEA, label=[[start, end, "LOC"]])) == expected


@pytest.mark.parametrize("start, end", [(-1, 2), (3, 3), (5, 3), (0, 11), (10**20, 10**21)])
def test_a_span_outside_the_text_is_refused(start, end):
    expected = f"span {start}:{end} does not fit a text of 10 UTF-16 code units"
    assert refused(line(text=TEA, label=[[start, end, "LOC"]])) == expected


@pytest.mark.parametrize(
    "start, end, shown",
    [
        ("3", 5, "'3' and 5"),
        (3, 5.0, "3 and 5.0"),
        (True, 5, "True and 5"),
        (3, None, "3 and None"),
    ],
)
def test_offsets_that_are_no_whole_numbers_are_refused(start, end, shown):
    expected = f"a span's start and end are whole numbers, got {shown}"
    assert refused(line(label=[[start, end, "LOC"]])) == expected
    raw = {"label": "LOC", "start_offset": start, "end_offset": end}
    assert refused(line(entities=[raw])) == expected


@pytest.mark.parametrize("label", ["", None, 3, ["LOC"]])
def test_a_label_that_is_no_name_is_refused(label):
    assert refused(line(label=[[3, 5, label]])) == f"a span's label is a string, got {label!r}"


@pytest.mark.parametrize("raw", ["news", 3, None, [3, 5], [3, 5, "LOC", 1]])
def test_a_span_of_another_shape_is_refused(raw):
    shapes = "[start, end, label] or an object with start_offset, end_offset and label"
    assert refused(line(label=[raw])) == f"a span is {shapes}, got {raw!r}"


@pytest.mark.parametrize(
    "value, kind", [("news", "str"), ({}, "dict"), (3, "int"), (False, "bool")]
)
@pytest.mark.parametrize("key", ["label", "labels", "entities"])
def test_spans_that_are_no_list_are_refused(key, value, kind):
    assert refused(line(**{key: value})) == f'"{key}": expected a list, got {kind}'


@pytest.mark.parametrize("content", ["[]", "7", "{}", '{"text": 5}', '{"data": null}'])
def test_a_line_without_a_text_is_refused(content):
    assert refused(content) == 'expected an object with a string "text"'


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"text": "a", "label": ' + "[" * 900 + "]" * 900 + "}",
        '{"text": "a", "label": [' + "[" * 900 + "]" * 900 + "]}",
        '{"text": "a", "label": [[NaN, 1, "LOC"]]}',
        '{"text": "a", "label": [[0, 1e999, "LOC"]]}',
        '{"text": "a", "label": [[0, ' + "9" * 5000 + ', "LOC"]]}',
    ],
)
def test_nonsense_is_refused_as_any_bad_line(content):
    assert refused(content)


def test_annotations_that_are_not_wanted_cannot_be_wrong():
    content = line(id=7, label="wrong", entities=[[0, 99, "LOC"]], topic="茶")
    (document,), _ = read(content, "doccano", ReadOptions(tagged=False))
    assert (document, document.fields) == (Document(TEXT, id=7), {"topic": "茶"})


@both
@given(documents(characters(surrogates=True), min_size=0), st.none() | st.integers(), fields)
@example(Document("\U0001f375\udc00\ud800阿"), 0, {})
def test_any_text_with_metadata_comes_back(name, document, number, extra):
    if json.loads(json.dumps(document.text)) != document.text:
        return  # JSON joins a high and a low surrogate that stand side by side
    whole = Document(document.text, document.entities, id=number, fields=extra)
    content, lost = written([whole], name)
    (back,), counts = read(content, name)
    assert back == whole
    relations = {"relations": []} if name == "doccano-relations" else {}
    assert back.fields == {**relations, **extra}
    assert not lost and not counts


def test_entities_without_a_number_of_their_own_get_one_that_is_free():
    own = [{"id": 1}, {}, {"id": "T1"}, {"id": 0}, {"id": True}]
    spans = [(place, place + 1) for place in range(5)]
    entities = [
        Entity(TEXT[start:end], "X", start, end, fields=extra)
        for (start, end), extra in zip(spans, own, strict=True)
    ]
    record, _ = written_records(Document(TEXT, tuple(entities)), "doccano-relations")
    assert [one["id"] for one in record["entities"]] == [1, 2, 3, 0, 4]


def test_what_a_line_cannot_hold_is_counted():
    kept = Entity("阿", "PER", 0, 1, fields={"id": 3})
    entities = (
        PLACE,
        kept,
        Entity("梨", "PER", 1, 2, 0.5),
        Entity("在", "X", 2, 3, None, {"a": 1}),
    )
    extra = {"label": "信", "text": "x", "source": "信"}
    document = Document(TEXT, entities, ((0, 2), (2, 6)), fields=extra)
    record, counts = written_records(document, "doccano")
    assert counts == {REDUCED: 3, PIECES: 1, CLASHING: 2}
    assert (record["text"], record["source"], len(record["label"])) == (TEXT, "信", 4)
    assert written_records(document, "doccano-relations")[1] == {REDUCED: 2, PIECES: 1, CLASHING: 2}


@pytest.mark.parametrize(
    "lines, expected",
    [
        (['{"text": "茶", "label": [[0, 1, "X"]]}'], "doccano"),
        (['{"id": 1, "text": "' + "茶" * 90_000 + '", "label": [[0, 1, "X"]]}'], "doccano"),
        (['{"text": "茶", "labels" : [ [0, 1, "X"]]}'], "doccano"),
        (['{"text": "茶", "entities": [[0, 1, "X"]], "cats": ["问"]}'], "doccano"),
        (['{"data": "茶", "label": [[0, 1, "X"]]}'], "doccano"),
        (['{"text": "茶", "label": []}'], "doccano"),
        (['{"text": "茶"}', '{"text": "茶", "label": [[0, 1, "X"]]}'], "doccano"),
        (['{"text": "茶", "entities": [], "relations": []}'], "doccano-relations"),
        (['{"text": "茶", "entities": [{"id": 1, "start_offset": 0}]}'], "doccano-relations"),
        (
            [
                '{"text": "茶", "entities": [], "relations": []}',
                '{"text": "茶", "entities": [{"start": 0, "end": 1, "label": "X"}]}',
            ],
            "jsonl",
        ),
        (['{"text": "茶", "entities": []}'], "jsonl"),
        (['{"text": "茶", "entities": [], "meta": {"label": [[0, 1, "X"]]}}'], "jsonl"),
        (['{"text": "茶", "entities": [{"start": 0}], "label": [[0, 1, "X"]]}'], "jsonl"),
        (['{"text": "茶", "label": "茶"}'], "jsonl"),
        (['{"text": "茶", "label": {"name": {}}}'], "cluener"),
    ],
)
def test_it_is_told_from_other_json_lines(lines, expected):
    assert reading.detect(source("\n".join(lines))) == expected
