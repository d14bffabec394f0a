"""Columns: every kind of token survives, every broken line is named, every repair is counted."""

import pytest
from hypothesis import example, given
from strategies import documents
from streams import NAME, read, written

from ner.document import Document, Entity
from ner.errors import CorpusError, NerError
from ner.formats import ReadOptions
from ner.formats.columns import EMPTY, JOINED
from ner.formats.rows import PADDING
from ner.formats.tagged import CROWDED as LOST
from ner.formats.tagged import ILLEGAL

DIGITS = ReadOptions(position_digits=True)
UNTAGGED = ReadOptions(tagged=False)
PLACE = Document("泉州好", (Entity("泉州", "LOC", 0, 2),), ((0, 3),))


def one(content, options=None):
    (document,), _ = read(content, "columns", options)
    return document


def refused(content, options=None):
    with pytest.raises(CorpusError) as raised:
        read(content, "columns", options)
    return str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        "泉\tB-LOC\n州\tI-LOC\n好\tO\n\n",
        "泉 B-LOC\n州 I-LOC\n好 O\n\n",
        "泉\t B-LOC \n州\tI-LOC \n好\t O\n",
        "泉  B-LOC \n州  I-LOC\n好  O\n",
        "泉 \tB-LOC\n州  \t I-LOC\n好 \tO\n",
        "泉 B-LOC\t\n州 I-LOC \t \n好 O\t\t\n",
        "泉\tB-LOC\t\n州\tI-LOC\t\n好\tO\n",
        "泉\tB-LOC\n州\tI-LOC\n好\tO",
        "泉\tB-LOC\r\n州\tI-LOC\r\n好\tO\r\n\r\n",
        "\ufeff泉\tB-LOC\n州\tI-LOC\n好\tO\n",
        "\n \n\t\n泉\tB-LOC\n州\tI-LOC\n好\tO\n\n\n",
        "泉 B_LOC\n州 I_LOC\n好 O\n",
        "泉 NR B-LOC\n州 NR I-LOC\n好 VA O\n",
        "泉\tNR\tB-LOC\n州\tNR\tI-LOC\n好\tVA\tO\n",
        "泉州 S-LOC\n好 O\n",
    ],
)
def test_tabs_blanks_line_ends_and_further_columns_make_no_difference(content):
    assert one(content) == PLACE


@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize(
    "token", [" ", "\t", "\r", "\u3000", "\u00a0", "\u2028", "\u0085", "\x0b", "\u200b", "O", "#"]
)
def test_a_token_that_is_a_blank_survives(token, separator):
    rows = [("泉", "B-LOC"), (token, "I-LOC"), ("州", "I-LOC"), (token, "O")]
    content = "".join(f"{cell}{separator}{tag}\n" for cell, tag in rows)
    text = f"泉{token}州{token}"
    expected = Document(text, (Entity(text[:3], "LOC", 0, 3),), ((0, 4),))
    assert one(content) == expected
    assert one(content.replace("\n", "\r\n")) == expected


def test_blanks_between_a_token_and_a_tab_are_left_out_and_counted():
    (document,), counts = read("他 \tO\n \tO\n  \tO\n\t\tO\n来\t O\nNew York  \tO\n", "columns")
    assert document.text == "他  \t来New York"
    assert counts[PADDING] == 2


def test_a_blank_token_may_have_further_columns():
    assert one(" \tWS\tO\n泉\tNR\tS-LOC\n").text == " 泉"


def test_tokens_of_several_characters_keep_their_text():
    document = one("2031 B-DATE\n年 I-DATE\n阿梨 B-PER\n来 O\n")
    assert document.text == "2031年阿梨来"
    assert document.entities == (Entity("2031年", "DATE", 0, 5), Entity("阿梨", "PER", 5, 7))


def test_a_blank_line_ends_a_sentence_and_without_marks_a_document():
    found, _ = read("泉\tS-LOC\n\n\n州\tO\n", "columns")
    assert [document.text for document in found] == ["泉", "州"]


def test_sentences_between_marks_are_one_document():
    mark = "-DOCSTART-\tO\n"
    head, body = "茶\tO\n\n", "好\tO\n\n泉\tB-LOC\n州\tI-LOC\n\n"
    found, _ = read(f"{head}-DOCSTART- -X- O O\n\n{body}{mark}{mark}\n去\tO\n{mark}", "columns")
    assert [document.text for document in found] == ["茶", "好\n泉州", "去"]
    assert found[1].spans == ((0, 1), (2, 4))
    assert found[1].entities == (Entity("泉州", "LOC", 2, 4),)
    assert [sentence.text for sentence in found[1].sentences] == ["好", "泉州"]


@pytest.mark.parametrize(
    "cells, text",
    [
        (["科0", "技1"], "科技"),
        (["科0", "科10"], "科科"),
        (["10", "01", "110"], "101"),  # the digits themselves, at places 0, 1 and 10
        (["\u30000", "\ufffd1", "\U0001f4690"], "\u3000\ufffd\U0001f469"),
    ],
)
def test_position_digits_are_no_part_of_the_text(cells, text):
    assert one("".join(f"{cell}\tO\n" for cell in cells), DIGITS).text == text


@pytest.mark.parametrize("cell", ["科", "0"])
def test_a_token_that_lacks_its_position_is_refused(cell):
    assert refused(f"技0\tO\n{cell}\tO\n", DIGITS) == (
        f"{NAME}:2: expected a character and its position like '科0', got {cell!r}"
    )


@pytest.mark.parametrize(
    "content, place, said",
    [
        ("泉 O\n州 NR O\n", 2, "expected 2 columns, got 3: '州 NR O'"),
        ("泉 O\n\n州\n", 3, "expected 2 columns, got 1: '州'"),
        ("泉 NR O\r\n州 O\r\n", 2, "expected 3 columns, got 2: '州 O'"),
        ("泉\t\n", 1, "expected a token and a tag, tab or blank between, got '泉'"),
        ("\ufeff泉\n", 1, "expected a token and a tag, tab or blank between, got '泉'"),
        ("泉 O\n州 X-LOC\n", 2, "unknown tag 'X-LOC': expected O or a tag like B-PER"),
        ("泉 B-\n", 1, "unknown tag 'B-': expected O or a tag like B-PER"),
        ("泉\tLOC\n", 1, "unknown tag 'LOC': expected O or a tag like B-PER"),
    ],
)
def test_a_broken_line_is_named(content, place, said):
    assert refused(content) == f"{NAME}:{place}: {said}"


@pytest.mark.parametrize("content", ["泉\n州\n\n好\n", "泉 LOC\n州 LOC\n\n好 x\n"])
def test_tags_may_be_missing_or_foreign_where_none_are_wanted(content):
    found, _ = read(content, "columns", UNTAGGED)
    assert [(document.text, document.entities) for document in found] == [("泉州", ()), ("好", ())]


@pytest.mark.parametrize("token", ["\u3000", "\u00a0", "\u2028", "\x1c"])
def test_a_line_of_one_blank_character_is_its_token_where_no_tags_are_wanted(token):
    assert one(f"泉\n{token}\n州\n", UNTAGGED).text == f"泉{token}州"


@pytest.mark.parametrize(
    "tags, scheme",
    [
        ("B-LOC I-LOC O B-LOC", "BIO"),
        ("I-LOC I-LOC O I-LOC", "IOB1"),
        ("B-LOC E-LOC O S-LOC", "BIOES"),
        ("B-LOC M-LOC E-LOC O", "BMES"),
        ("B-LOC L-LOC O U-LOC", "BILOU"),
    ],
)
def test_the_scheme_is_told_from_the_whole_file_and_named(tags, scheme):
    rows = "".join(f"字 {tag}\n" for tag in tags.split())
    found, counts = read(f"好 O\n\n{rows}", "columns")
    assert +counts == {f"sentences in scheme {scheme}": 2}
    assert found[1].entities[0].start == 0


def test_a_scheme_that_is_given_is_not_told():
    content = "泉 I-LOC\n州 I-LOC\n"
    assert one(content).entities == (Entity("泉州", "LOC", 0, 2),)
    (document,), counts = read(content, "columns", ReadOptions(scheme="BIO"))
    assert document.entities == ()
    assert counts[ILLEGAL] == 1


def test_an_unknown_scheme_is_an_error_for_the_user():
    with pytest.raises(NerError, match="BOIES"):
        read("泉 B-LOC\n", "columns", ReadOptions(scheme="BOIES"))


@pytest.mark.parametrize(
    "tags, illegal, kept",
    [
        ("O I-LOC O B-LOC", 1, [(3, 4)]),
        ("B-LOC I-PER I-PER O", 1, [(0, 1)]),
        ("B-LOC M-LOC E-LOC E-LOC", 1, [(0, 4)]),
        ("B-LOC M-LOC M-LOC B-LOC", 2, [(0, 3), (3, 4)]),
    ],
)
def test_illegal_transitions_are_counted_and_read_by_the_rule_of_tags(tags, illegal, kept):
    rows = "".join(f"字 {tag}\n" for tag in tags.split())
    (document,), counts = read(rows, "columns")
    assert counts[ILLEGAL] == illegal
    assert [(entity.start, entity.end) for entity in document.entities] == kept


def test_an_entity_does_not_run_on_into_the_next_sentence():
    found, counts = read("泉 B-LOC\n州 M-LOC\n\n城 M-LOC\n里 E-LOC\n", "columns")
    assert [[e.text for e in document.entities] for document in found] == [["泉州"], []]
    assert counts[ILLEGAL] == 2


def test_a_character_and_its_tag_are_written_a_line():
    content, counts = written([PLACE, Document("好")], "columns")
    assert content.decode() == "泉\tB-LOC\n州\tI-LOC\n好\tO\n\n好\tO\n\n"
    assert not +counts


@given(documents())
@example(Document(" \t\r\u3000\u00a0\u2028\u0085"))
@example(Document("\ufeff好"))
def test_any_text_without_line_feeds_comes_back(document):
    content, lost = written([document], "columns")
    (back,), counts = read(content, "columns")
    assert (back.text, back.entities) == (document.text, document.entities)
    assert back.spans == ((0, len(document.text)),)
    assert not +lost
    assert counts[ILLEGAL] == 0


def test_line_feeds_end_sentences_and_leave_no_empty_ones():
    entities = (Entity("泉", "LOC", 1, 2), Entity("州", "LOC", 4, 5))
    content, counts = written([Document("\n泉\n\n州\n", entities), Document("")], "columns")
    found, _ = read(content, "columns")
    assert [(one.text, len(one.entities)) for one in found] == [("泉\n州", 2)]
    assert [one.text for one in found[0].sentences] == ["泉", "州"]
    assert +counts == {JOINED: 1, EMPTY: 1}


@pytest.mark.parametrize(
    "text, spans, places, kept",
    [
        ("泉州城里", (), [(0, 2), (0, 4)], ["泉州城里"]),  # nested
        ("泉州城里", (), [(0, 3), (2, 4)], ["泉州城"]),  # overlapping
        ("泉州\n城里", (), [(1, 4), (4, 5)], ["里"]),  # across a line feed
        ("泉州城里", ((0, 2), (2, 4)), [(1, 3), (3, 4)], ["里"]),  # across sentences
    ],
)
def test_entities_that_one_layer_of_tags_cannot_hold_are_counted(text, spans, places, kept):
    entities = tuple(Entity(text[start:end], "LOC", start, end) for start, end in places)
    content, counts = written([Document(text, entities, spans)], "columns")
    found, repaired = read(content, "columns")
    assert [entity.text for document in found for entity in document.entities] == kept
    assert counts[LOST] == 1
    assert repaired[ILLEGAL] == 0


def test_a_lone_surrogate_is_refused_with_its_place_and_a_format_that_can_hold_it():
    with pytest.raises(CorpusError, match="document 7: .*U\\+D800 at character 1.*jsonl"):
        written([Document("泉\ud800州", id=7)], "columns")


@pytest.mark.parametrize("text", ["泉州", "小 白", " 州", "泉\t", "  "])
@pytest.mark.parametrize("label", ["A B", "A  B", "A\tB", "A\nB", " A", "A ", "A\r", "A\u2028"])
def test_a_label_never_breaks_its_line_in_silence(text, label):
    size = len(text)
    document = Document(text, (Entity(text, label, 0, size),), ((0, size),))
    try:
        content, counts = written([document], "columns")
    except NerError as error:
        assert repr(label)[1:-1] in str(error)
    else:
        found, _ = read(content, "columns")
        assert found == [document if not counts[LOST] else document.with_entities(())]
