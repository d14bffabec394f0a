"""Universal NER: words aligned in their text, tags spread over characters, broken sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import characters
from streams import NAME, read, source

from ner.document import Document, Entity
from ner.errors import CorpusError, NerError
from ner.formats import Findings, ReadOptions, reading
from ner.formats.findings import MALFORMED
from ner.formats.tagged import ILLEGAL
from ner.formats.universal import OUTSIDE


def sentence(*words, text=None, start="# sent_id = a-1\n"):
    """A sentence of ``word/tag`` in the file's form."""
    rows = enumerate((word.rsplit("/", 1) for word in words), 1)
    lines = [f"{number}\t{word}\t{tag}\t-\t-\n" for number, (word, tag) in rows]
    return start + (f"# text = {text}\n" if text is not None else "") + "".join(lines) + "\n"


def one(content, options=None):
    (document,), _ = read(content, "universal", options)
    return document


def refused(content, options=None):
    with pytest.raises(CorpusError) as raised:
        read(content, "universal", options)
    return str(raised.value)


def test_tags_of_words_are_spread_over_their_characters():
    words = ("阿梨/B-PER", "去/O", "了/O", "泉州/B-LOC", "城/I-LOC", "。/O")
    document = one(sentence(*words, text="阿梨去了泉州城。"))
    entities = (Entity("阿梨", "PER", 0, 2), Entity("泉州城", "LOC", 4, 7))
    assert document == Document("阿梨去了泉州城。", entities, id="a-1")
    assert document.place == (NAME, 1)


def test_blanks_of_the_text_are_kept_between_and_inside_entities():
    words = ("阿梨/O", "在/O", "Tin/B-LOC", "Hau/I-LOC", "。/O")
    text = " 阿梨在\u3000Tin  Hau 。 "
    document = one(sentence(*words, text=text))
    assert document.text == text
    assert document.entities == (Entity("Tin  Hau", "LOC", 5, 13),)


def test_a_word_may_hold_or_be_a_blank():
    document = one(sentence("10 000/B-OTH", "\u3000/O", "茶/O", text="10 000 \u3000茶"))
    assert (document.text, document.entities[0].text) == ("10 000 \u3000茶", "10 000")


@pytest.mark.parametrize(
    "words, text",
    [
        (("阿梨/O", "去/O"), "阿梨去"),
        (("Tin/O", "Hau/O", "站/O", "2/O", "号/O"), "Tin Hau站2号"),
        (("a/O", "1/O", "-/O", "b/O"), "a 1-b"),
        (("é/O", "a/O"), "éa"),
    ],
)
def test_words_without_a_text_are_joined(words, text):
    assert one(sentence(*words)).text == text


def test_what_comments_say_are_the_fields_and_the_last_new_document_goes_on():
    first = sentence("茶/O", start="# newdoc id = d1\n# sent_id = 1\n# source = 街\n#\n# 好\n")
    second = sentence("茶/O", start="# sent_id = 2\n")
    third = sentence("茶/O", start="# newdoc id = d2\n")
    found, _ = read(first + second + third, "universal")
    assert [(document.id, document.fields) for document in found] == [
        ("1", {"newdoc id": "d1", "source": "街", "好": ""}),
        ("2", {"newdoc id": "d1"}),
        (None, {"newdoc id": "d2"}),
    ]


def test_columns_behind_the_tag_may_be_missing():
    assert one("1\t泉州\tB-LOC\n2\t好\tO\t-\n").entities == (Entity("泉州", "LOC", 0, 2),)


def test_comments_alone_are_no_sentence():
    found, counts = read("# global = 1\n\n# newdoc id = d\n\n1\t茶\tO\n", "universal")
    assert [document.fields for document in found] == [{"newdoc id": "d"}]
    assert not +counts


def test_other_labels_are_kept_and_the_tools_b_o_is_o():
    content = sentence("茶/B-OTH", "经/I-OTH", "好/B-O", "看/I-O", text="茶经好看")
    (document,), counts = read(content, "universal")
    assert document.entities == (Entity("茶经", "OTH", 0, 2),)
    assert +counts == {OUTSIDE: 2}


def test_illegal_transitions_are_told_with_their_line():
    told = []
    content = sentence("茶/O", "泉/I-LOC", "州/I-PER", text="茶泉州")
    found = list(reading.read(source(content), Findings(told.append), format="universal"))
    assert found[0].entities == ()
    assert [(one.kind, one.place.line, one.example) for one in told] == [
        (ILLEGAL, 4, "茶/O 泉/I-LOC"),
        (ILLEGAL, 5, "泉/I-LOC 州/I-PER"),
    ]


def test_a_scheme_that_is_named_is_used():
    content = sentence("泉/B-LOC", "州/E-LOC")
    assert read(content, "universal", ReadOptions(scheme="BIOES"))[1][ILLEGAL] == 0
    assert one(sentence("泉/I-LOC"), ReadOptions(scheme="IOB1")).entities[0].text == "泉"
    with pytest.raises(NerError, match="BOIES"):
        read(content, "universal", ReadOptions(scheme="BOIES"))


EXPECTED = "expected a word's number, the word and its tag, tabs between"


@pytest.mark.parametrize(
    "content, said",
    [
        ("1\t茶\n", f"1: {EXPECTED}; got '1\\t茶'"),
        ("# text = 茶\n茶\tO\t-\n", f"2: {EXPECTED}; got '茶\\tO\\t-'"),
        ("1\t\tO\n", f"1: {EXPECTED}; got '1\\t\\tO'"),
        ("1\t茶\tO\n2-3\t花\tO\n", f"2: {EXPECTED}; got '2-3\\t花\\tO'"),
        ("1\t茶\tLOC\n", "1: unknown tag 'LOC': expected O or a tag like B-PER"),
        (
            "# text = 茶城\n1\t茶\tO\n2\t花\tO\n",
            "3: expected '城', as the text says, got the word '花'",
        ),
        (
            "# text = 茶\n1\t茶\tO\n2\t花\tO\n",
            "3: expected '', as the text says, got the word '花'",
        ),
        ("# text = 茶 花\n1\t茶\tO\n", "2: expected more words, the text goes on with ' 花'"),
        ("# text = 茶\n", "1: expected more words, the text goes on with '茶'"),
    ],
)
def test_a_broken_sentence_is_refused_with_its_line(content, said):
    assert refused(content) == f"{NAME}:{said}"


def test_every_broken_line_is_told_and_reading_goes_on_behind_the_sentence():
    told = []
    content = "1\t茶\n2\t花\tO\n3\t\tO\n\n# text = 城\n1\t茶\tO\n\n1\t好\tO\n"
    found = list(reading.read(source(content), Findings(told.append), format="universal"))
    assert [document.text for document in found] == ["好"]
    assert [(one.kind, one.place.line) for one in told] == [
        (MALFORMED, 1),
        (MALFORMED, 3),
        (MALFORMED, 6),
    ]


def test_tags_may_be_missing_or_foreign_where_none_are_wanted():
    content = "1\t泉州\n2\t好\tADJ\n\n1\t茶\tB-O\n"
    found, counts = read(content, "universal", ReadOptions(tagged=False))
    assert [(document.text, document.entities) for document in found] == [
        ("泉州好", ()),
        ("茶", ()),
    ]
    assert not +counts


tokens = st.text(characters(without="\n\t\r \x00"), min_size=1, max_size=4).filter(
    lambda word: word.strip() == word
)


@given(st.lists(st.tuples(tokens, st.sampled_from(("", " ", "  ", "\u3000"))), min_size=1))
def test_every_word_is_found_where_it_stands(pieces):
    text = "".join(word + blank for word, blank in pieces)
    words = (f"{word}/B-X" for word, _ in pieces)
    document = one(sentence(*words, text=text))
    assert document.text == text
    assert [entity.text for entity in document.entities] == [word for word, _ in pieces]


@given(
    st.lists(st.sampled_from(["1", "\t", "茶", "O", "B-PER", "I-O", "\n", "# text = ", "#", "="]))
)
def test_whatever_is_read_is_a_document_or_an_error_with_its_place(pieces):
    told = []
    content = "".join(pieces)
    found = list(reading.read(source(content), Findings(told.append), format="universal"))
    for document in found:
        assert all(document.text[e.start : e.end] == e.text != "" for e in document.entities)
    assert all(one.place.line for one in told)


def test_blanks_without_end_are_passed_in_linear_time():
    blanks = " " * 200_000
    assert refused(f"# text = {blanks}\n1\t{blanks}茶\tO\n").startswith(f"{NAME}:2: expected ' ")
    assert one(f"# text = {blanks}茶\n1\t茶\tB-X\n").entities[0].start == 200_000


@pytest.mark.parametrize(
    "content, expected",
    [
        (sentence("茶/O"), "universal"),
        ("# newdoc\n\n# global = 1\n1\t茶\tB-LOC\t-\tlin\n", "universal"),
        ("# text = 她住在 B-12\n1\t茶\tO\n", "universal"),
        ("# text = 茶\n1\t茶\t茶\tNOUN\tNN\t_\t0\troot\t_\t_\n", "text"),
        ("#\tNN\tO\n1\tCD\tO\n", "columns"),
        ("1\tCD\tO\n", "columns"),
    ],
)
def test_comments_and_a_numbered_word_tell_the_format(content, expected):
    assert reading.detect(source(content)) == expected
