"""Texts with spans: sentences of a document, and plain data for JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, entities

from ner.document import Document, Entity, Sentence
from ner.errors import ConfigError

TEXT = "阿梨在泉州。她爱喝茶"
LINES = ((0, 6), (6, 10))


def test_without_spans_the_whole_text_is_one_sentence():
    found = entities(TEXT, [(3, 5, "LOC"), (0, 2, "PER")])
    assert Document(TEXT, found).sentences == (Sentence(TEXT, 0, found),)


def test_an_empty_document_has_one_empty_sentence():
    assert Document("").sentences == (Sentence("", 0),)


def test_entities_count_from_their_own_sentence():
    document = Document(TEXT, entities(TEXT, [(9, 10, "FOOD"), (3, 5, "LOC")]), LINES)
    first, second = document.sentences
    assert first == Sentence("阿梨在泉州。", 0, (Entity("泉州", "LOC", 3, 5),))
    assert second == Sentence("她爱喝茶", 6, (Entity("茶", "FOOD", 3, 4),))
    assert (first.end, second.end) == (6, 10)


@pytest.mark.parametrize("spans", [LINES, ((0, 6),), ((6, 10),)])
def test_an_entity_across_the_end_of_a_sentence_is_in_none(spans):
    document = Document(TEXT, entities(TEXT, [(4, 8, "LOC")]), spans)
    assert [sentence.entities for sentence in document.sentences] == [()] * len(spans)


def test_an_empty_sentence_takes_no_entity_from_its_neighbour():
    document = Document("泉州", entities("泉州", [(0, 2, "LOC")]), ((0, 0), (0, 2), (2, 2)))
    assert [len(sentence.entities) for sentence in document.sentences] == [0, 1, 0]


@given(documents(), st.data())
def test_sentences_hold_each_entity_inside_them_exactly_once(document, data):
    size = len(document.text)
    cuts = sorted(data.draw(st.sets(st.integers(1, size), max_size=4)) | {size})
    spans = tuple(zip([0, *cuts], cuts, strict=False))
    cut = Document(document.text, document.entities, spans)
    found = [e.moved(one.start) for one in cut.sentences for e in one.entities]
    whole = [e for e in document.entities if not any(e.start < cut < e.end for cut in cuts)]
    assert found == whole
    assert all(one.text == document.text[one.start : one.end] for one in cut.sentences)


def test_a_moved_entity_keeps_all_but_its_place():
    entity = Entity("泉州", "LOC", 3, 5, 0.5, {"id": 7})
    moved = entity.moved(10)
    assert (moved.start, moved.end) == (13, 15)
    assert (moved.text, moved.label, moved.score, moved.fields) == ("泉州", "LOC", 0.5, {"id": 7})


def test_with_entities_leaves_the_rest_alone():
    document = Document(TEXT, entities(TEXT, [(0, 2, "PER")]), LINES, 7, {"source": "own"})
    other = document.with_entities([Entity("泉州", "LOC", 3, 5)])
    assert other.entities == (Entity("泉州", "LOC", 3, 5),)
    assert (other.text, other.spans, other.id, other.fields) == (TEXT, LINES, 7, document.fields)
    assert document.entities[0].label == "PER"


@pytest.mark.parametrize(
    "score, said", [(None, {}), (0.123456, {"score": 0.1235}), (0, {"score": 0})]
)
def test_plain_data_has_a_score_where_there_is_one(score, said):
    expected = {"start": 3, "end": 5, "label": "LOC", "text": "泉州", **said}
    assert Entity("泉州", "LOC", 3, 5, score).to_dict() == expected


def test_fields_of_a_file_do_not_hide_what_is_known():
    entity = Entity("泉州", "LOC", 3, 5, fields={"label": "OLD", "id": 1})
    document = Document(
        TEXT, (entity,), id=7, fields={"text": "old", "entities": [], "topic": "茶"}
    )
    plain = document.to_dict()
    assert plain == {"id": 7, "text": TEXT, "entities": [entity.to_dict()], "topic": "茶"}
    assert plain["entities"][0]["label"] == "LOC"
    assert plain["entities"][0]["id"] == 1


def test_the_style_of_hugging_face_has_its_keys():
    entity = Entity("泉州", "LOC", 3, 5, 0.25)
    expected = {"entity_group": "LOC", "score": 0.25, "word": "泉州", "start": 3, "end": 5}
    assert entity.to_dict("hf") == expected


def test_an_unknown_style_is_refused():
    with pytest.raises(ConfigError, match=r"unknown style 'hg' \(known: hf, ner\)"):
        Entity("泉州", "LOC", 3, 5).to_dict("hg")


def test_an_entity_says_its_source_unless_it_is_the_model():
    for source, said in ((None, {}), ("model", {}), ("dictionary", {"source": "dictionary"})):
        entity = Entity("苏州", "LOC", 2, 4, 0.5, source=source).moved(3)
        bare = {"start": 5, "end": 7, "label": "LOC", "text": "苏州", "score": 0.5}
        assert (entity.to_dict(), entity.source) == ({**bare, **said}, source)
