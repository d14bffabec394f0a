"""JSON lines: fields that are not ours, sentences, errors with their line, round trips."""

import json
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import characters, documents
from streams import NAME, read, written

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import ReadOptions
from ner.formats.jsonl import OUTSIDE, UNREAD

TEXT = "阿梨在泉州。"
PLACE = Entity("泉州", "LOC", 3, 5)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = plain | st.lists(plain, max_size=2) | st.dictionaries(st.text(), plain, max_size=2)
fields = st.dictionaries(st.sampled_from(["topic", "来源", "labelled", ""]), values, max_size=2)


def line(**record):
    return json.dumps({"text": TEXT, **record}, ensure_ascii=False) + "\n"


def span(start, end):
    return {"start": start, "end": end, "label": "LOC"}


def refused(content, **options):
    with pytest.raises(CorpusError) as raised:
        read(line() + content, "jsonl", **options)
    place, _, message = str(raised.value).partition(": ")
    assert place == f"{NAME}:2"
    return message


@pytest.mark.parametrize(
    "record",
    [
        {"entities": [{"start": 3, "end": 5, "label": "LOC"}]},
        {"entities": [{"start": 3, "end": 5, "label": "LOC", "text": "泉州"}]},
    ],
)
def test_an_entity_may_say_its_text(record):
    (document,), counts = read(line(id=7, **record), "jsonl")
    assert document == Document(TEXT, (PLACE,), id=7)
    assert document.fields == {}
    assert not counts


def test_what_a_file_says_beyond_our_fields_is_written_again():
    entity = {"start": 3, "end": 5, "label": "LOC", "text": "泉州", "score": 0.75, "id": "e1"}
    record = {"id": "d1", "text": TEXT, "entities": [entity], "label": "tea", "meta": {"a": [None]}}
    found, _ = read(line(**record), "jsonl")
    assert found[0].entities[0].score == 0.75
    assert json.loads(written(found, "jsonl")[0]) == record


def test_without_annotations_wanted_they_stay_with_the_other_fields():
    content = line(entities="wrong", label=[[0, 99, "LOC"]])
    (document,), _ = read(content, "jsonl", ReadOptions(tagged=False))
    assert document.entities == ()
    assert document.fields == {"entities": "wrong", "label": [[0, 99, "LOC"]]}


def test_blank_lines_are_passed_over_and_line_ends_do_not_matter():
    found, _ = read("\ufeff\r\n" + line(id=1).rstrip() + "\r\n \n" + line(id=2).rstrip(), "jsonl")
    assert [one.id for one in found] == [1, 2]


def test_only_lone_surrogates_are_escaped():
    text = "泉\ud800州\u2028\u0085\udfff\U0001f469"
    content, _ = written([Document(text)], "jsonl")
    assert content.decode() == (
        '{"text": "泉\\ud800州\u2028\u0085\\udfff\U0001f469", "entities": []}\n'
    )
    assert read(content, "jsonl")[0] == [Document(text)]


@given(
    documents(characters(surrogates=True), min_size=0),
    st.one_of(st.integers(), st.text(min_size=1)),
    fields,
    st.sampled_from([None, 0.0, 0.5, 0.1235]),
)
@example(Document("\ufeff\r\n\u2028\udc00\ud800"), 0, {}, None)
def test_any_text_with_any_fields_comes_back(document, number, extra, score):
    if json.loads(json.dumps(document.text)) != document.text:
        return  # JSON joins a high and a low surrogate that stand side by side
    found = [Entity(e.text, e.label, e.start, e.end, score, extra) for e in document.entities]
    whole = Document(document.text, tuple(found), id=number, fields=extra)
    (back,), counts = read(written([whole], "jsonl")[0], "jsonl")
    assert back == whole
    assert back.fields == extra
    assert [entity.fields for entity in back.entities] == [extra] * len(found)
    assert not counts


def test_sentences_are_the_pieces_of_a_text():
    (document,), counts = read(
        line(sentences=[[0, 2], [2, 2], [3, 6]], entities=[span(3, 5)]), "jsonl"
    )
    assert document == Document(TEXT, (PLACE,), ((0, 2), (2, 2), (3, 6)))
    assert document.fields == {}
    assert not counts


def test_sentences_are_pieces_where_no_annotations_are_wanted_too():
    (document,), _ = read(line(sentences=[[0, 2], [2, 6]]), "jsonl", ReadOptions(tagged=False))
    assert document == Document(TEXT, (), ((0, 2), (2, 6)))


@pytest.mark.parametrize("value", [None, [], [[0, 6]]])
def test_a_text_of_one_piece_says_nothing_of_sentences(value):
    found, _ = read(line(sentences=value), "jsonl")
    assert found == [Document(TEXT)]
    whole = Document(TEXT, spans=((0, 6),))
    assert written(found, "jsonl") == written([whole], "jsonl")
    assert json.loads(written(found, "jsonl")[0]) == {"text": TEXT, "entities": []}


@given(documents(characters()), st.data())
def test_sentences_come_back(document, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(document.text)), max_size=8)))
    spans = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    if spans == ((0, len(document.text)),):
        spans = ()
    whole = Document(document.text, document.entities, spans)
    (back,), counts = read(written([whole], "jsonl")[0], "jsonl")
    assert back == whole
    held = sum(len(one.entities) for one in whole.sentences)
    assert +counts == +Counter({OUTSIDE: len(whole.entities) - held})


def test_entities_that_no_sentence_holds_are_counted():
    entities = [span(0, 2), span(1, 4), span(5, 6)]
    (document,), counts = read(line(sentences=[[0, 2], [2, 5]], entities=entities), "jsonl")
    assert len(document.entities) == 3
    assert counts == {OUTSIDE: 2}


@pytest.mark.parametrize("value, kind", [({}, "dict"), ("茶", "str"), (2, "int"), (True, "bool")])
def test_sentences_that_are_no_list_are_refused(value, kind):
    assert refused(line(sentences=value)) == f'"sentences": expected a list, got {kind}'


@pytest.mark.parametrize(
    "pair", [[0], [0, 2, 3], "02", 3, None, ["0", 2], [0, 2.0], [False, True], {"start": 0}]
)
def test_a_sentence_that_is_no_pair_of_places_is_refused(pair):
    expected = f"a sentence is [start, end] in whole numbers, got {pair!r}"
    assert refused(line(sentences=[[0, 1], pair])) == expected


@pytest.mark.parametrize("start, end", [(-1, 2), (0, 7), (3, 2), (7, 7)])
def test_a_sentence_outside_the_text_is_refused(start, end):
    expected = f"sentence {start}:{end} does not fit a text of 6 characters"
    assert refused(line(sentences=[[start, end]])) == expected


@pytest.mark.parametrize("start, end", [(2, 6), (0, 3), (0, 1)])
def test_sentences_out_of_order_or_overlapping_are_refused(start, end):
    expected = f"sentence {start}:{end} begins before the end of another, 3"
    assert refused(line(sentences=[[1, 3], [start, end]])) == expected


@pytest.mark.parametrize("content", ['{"text": ', "她在泉州", '{"text": "a"} {}', "[" * 100_000])
def test_a_line_that_is_not_json_is_refused(content):
    assert refused(content).startswith("not JSON: ")


def test_a_number_too_long_for_python_is_refused_as_any_bad_line():
    assert refused('{"text": "a", "id": ' + "1" * 5000 + "}")


@pytest.mark.parametrize(
    "content", ["7", "null", "[]", '{"id": 3}', '{"text": 5}', '{"text": null}']
)
def test_a_line_without_a_text_is_refused(content):
    assert refused(content) == 'expected an object with a string "text"'


@pytest.mark.parametrize("value, kind", [({}, "dict"), ("LOC", "str"), (3, "int"), (False, "bool")])
def test_entities_that_are_no_list_are_refused(value, kind):
    assert refused(line(entities=value)) == f'"entities": expected a list, got {kind}'


@pytest.mark.parametrize("raw", [[3, 5, "LOC"], "LOC", None])
def test_an_entity_that_is_no_object_is_refused(raw):
    expected = f"an entity is an object with start, end and label, got {raw!r}"
    assert refused(line(entities=[raw])) == expected


@pytest.mark.parametrize(
    "start, end", [("3", 5), (3, 5.0), (True, 5), (3, False), (None, 5), (3, None)]
)
def test_places_that_are_no_whole_numbers_are_refused(start, end):
    expected = f"an entity's start and end are whole numbers, got {start!r} and {end!r}"
    named = {name: at for name, at in (("start", start), ("end", end)) if at is not None}
    assert refused(line(entities=[{"label": "LOC", **named}])) == expected


@pytest.mark.parametrize("start, end", [(-1, 2), (3, 3), (5, 3), (0, 7), (6, 7)])
def test_places_outside_the_text_are_refused(start, end):
    expected = f"entity {start}:{end} does not fit a text of 6 characters"
    assert refused(line(entities=[{"start": start, "end": end, "label": "LOC"}])) == expected


@pytest.mark.parametrize("label", ["", None, 3, ["LOC"]])
def test_a_label_that_is_no_name_is_refused(label):
    expected = f"an entity's label is a string, got {label!r}"
    assert refused(line(entities=[{"start": 3, "end": 5, "label": label}])) == expected


@pytest.mark.parametrize("said", ["杭州", "", None, 3])
def test_an_entity_whose_text_stands_elsewhere_is_refused(said):
    raw = {"start": 3, "end": 5, "label": "LOC", "text": said}
    expected = f"entity text {said!r} is not what stands at 3:5: '泉州'"
    assert refused(line(entities=[raw])) == expected


@pytest.mark.parametrize("score", ["high", [0.5], {}, True])
def test_a_score_that_is_no_number_is_refused(score):
    assert refused(line(entities=[{"start": 3, "end": 5, "label": "LOC", "score": score}]))


@pytest.mark.parametrize("name", ["label", "labels"])
def test_spans_in_doccanos_shape_are_a_field_and_counted(name):
    spans = {name: [[3, 5, "LOC"]]}
    (document,), counts = read(line(**spans), "jsonl")
    assert (document, document.fields) == (Document(TEXT), spans)
    assert counts == {UNREAD: 1}
    assert not read(line(**spans), "jsonl", ReadOptions(tagged=False))[1]
    assert not read(line(**{name: ["茶"]}), "jsonl")[1]


@pytest.mark.parametrize("depth", range(900, 1000, 5))
def test_what_is_nested_too_deeply_to_be_shown_is_refused(depth):
    assert refused('{"text": "a", "entities": [' + "[" * depth + "]" * depth + "]}")
