"""Marks inside the text: nested entities, what is text after all, marks without a partner."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import characters, documents, entities, spans
from streams import NAME, read, source, written

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import Findings, ReadOptions, reading
from ner.formats.findings import MALFORMED
from ner.formats.inline import EMPTY, UNHELD
from ner.formats.text import BROKEN

TEXT = "阿梨去了泉州茶厂。"
ENTITIES = (
    Entity("阿梨", "PER", 0, 2),
    Entity("泉州茶厂", "ORG", 4, 8),
    Entity("泉州", "LOC", 4, 6),
)
ANGLES = "<PER>阿梨</PER>去了<ORG><LOC>泉州</LOC>茶厂</ORG>。\n"
BRACES = "{{PER:阿梨}}去了{{ORG:{{LOC:泉州}}茶厂}}。\n"
STYLES = [("angles", ANGLES), ("braces", BRACES)]

both = pytest.mark.parametrize("name", ["angles", "braces"])


def one(content, name, options=None):
    (document,), _ = read(content, name, options)
    return document


def refused(content, name):
    with pytest.raises(CorpusError) as raised:
        read(content, name)
    return str(raised.value)


def written_text(document, name):
    content, counts = written([document], name)
    assert not +counts
    return content.decode()


@pytest.mark.parametrize("name, content", STYLES)
def test_marks_enclose_entities_nested_ones_too(name, content):
    assert one(content, name) == Document(TEXT, ENTITIES)


@pytest.mark.parametrize("name, content", STYLES)
def test_marks_are_written_as_they_are_read(name, content):
    assert written_text(Document(TEXT, ENTITIES), name) == content


@pytest.mark.parametrize("name, content", STYLES)
def test_marks_are_no_part_of_a_text_whose_entities_are_not_wanted(name, content):
    assert one(content, name, ReadOptions(tagged=False)) == Document(TEXT)


@pytest.mark.parametrize("name, content", STYLES)
def test_a_line_is_a_document_and_says_its_place(name, content):
    found, _ = read(f"\n{content}茶\n", name)
    assert [(document.text, document.place) for document in found] == [
        ("", (NAME, 1)),
        (TEXT, (NAME, 2)),
        ("茶", (NAME, 3)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a<b",
        "我<3你",
        "<3>",
        "1<2>0",
        "< PER>",
        "<PER",
        "<PER >",
        "<br/>",
        "</ PER>",
        "<>",
        "&quot;",
        "a&b",
    ],
)
def test_what_is_no_form_of_a_mark_is_text_in_angles(line):
    assert one(f"{line}\n", "angles") == Document(line)
    assert written_text(Document(line), "angles") == f"{line}\n"


@pytest.mark.parametrize("line", ["{{ x", "{{x y", "{PER:阿梨}", "{{3:x", "{", "}", "{{{", "{{:x"])
def test_what_is_no_form_of_a_mark_is_text_in_braces(line):
    assert one(f"{line}\n", "braces") == Document(line)
    assert written_text(Document(line), "braces") == f"{line}\n"


@pytest.mark.parametrize(
    "text, line",
    [
        ("<PER>", "&lt;PER>"),
        ("</PER>阿", "&lt;/PER>阿"),
        ("&lt;", "&amp;lt;"),
        ("&amp;lt;", "&amp;amp;lt;"),
        ("a&b<c&gt;", "a&b<c&amp;gt;"),
    ],
)
def test_only_what_would_be_read_otherwise_is_escaped(text, line):
    assert written_text(Document(text), "angles") == f"{line}\n"
    assert one(f"{line}\n", "angles").text == text


def test_escapes_inside_an_entity_count_as_one_character():
    document = one("阿&amp;&lt;PER>来<ORG>茶&gt;厂</ORG>\n", "angles")
    assert document == Document("阿&<PER>来茶>厂", (Entity("茶>厂", "ORG", 8, 11),))


@pytest.mark.parametrize(
    "label", ["PER", "PER.NAM", "适用人群", "国产/进口", "B_1", "a-b", "ns:city"]
)
def test_labels_are_words(label):
    document = Document("泉州", (Entity("泉州", label, 0, 2),))
    assert one(written_text(document, "angles"), "angles") == document


@pytest.mark.parametrize(
    "name, line, said",
    [
        ("angles", "去<LOC>泉州", "<LOC> in column 2 is not closed"),
        ("angles", "<ORG><LOC>泉州</LOC>", "<ORG> in column 1 is not closed"),
        ("angles", "泉州</LOC>", "</LOC> in column 3 closes nothing"),
        ("angles", "<A>泉<B>州</A>城</B>", "</A> in column 9 crosses <B> in column 5"),
        ("braces", "去{{LOC:泉州}", "{{LOC: in column 2 is not closed"),
        ("braces", "泉州}}", "}} in column 3 closes nothing"),
    ],
)
def test_a_mark_without_its_other_half_is_refused_with_line_and_column(name, line, said):
    assert refused(f"茶\n{line}\n", name) == f"{NAME}:2: {said}"


@both
def test_reading_goes_on_behind_a_broken_line_where_somebody_listens(name):
    told = []
    findings = Findings(told.append)
    broken = {"angles": "<PER>阿", "braces": "{{PER:阿"}[name]
    found = reading.read(source(f"{broken}\n茶\n{broken}\n去\n"), findings, format=name)
    assert [document.text for document in found] == ["茶", "去"]
    assert [(one.kind, one.place.line) for one in told] == [(MALFORMED, 1), (MALFORMED, 3)]


@pytest.mark.parametrize(
    "name, line", [("angles", "茶<A></A><B>好</B>"), ("braces", "茶{{A:}}{{B:好}}")]
)
def test_marks_around_nothing_are_counted(name, line):
    (document,), counts = read(f"{line}\n", name)
    assert document == Document("茶好", (Entity("好", "B", 1, 2),))
    assert +counts == {EMPTY: 1}


@both
def test_entities_that_cross_others_or_a_lines_end_are_left_out_and_counted(name):
    places = [(0, 3), (2, 4), (3, 6), (6, 7)]
    text = "泉州茶厂\n阿梨"
    document = Document(text, tuple(Entity(text[s:e], "X", s, e) for s, e in places))
    content, counts = written([document], name)
    found, _ = read(content, name)
    assert [(one.text, [e.text for e in one.entities]) for one in found] == [
        ("泉州茶厂", ["泉州茶"]),
        ("阿梨", ["梨"]),
    ]
    assert +counts == {UNHELD: 2, BROKEN: 1}


@both
@pytest.mark.parametrize("label", ["", "A B", "3D", "a<b", "a>b", "a}b", "A\n", "尺(cm)"])
def test_a_label_that_is_no_word_cannot_be_written(name, label):
    with pytest.raises(CorpusError) as raised:
        written([Document("泉州", (Entity("泉州", label, 0, 2),), id=7)], name)
    said = f"document 7: the label {label!r} cannot be written in {name}: it is not a word"
    assert str(raised.value) == said


@pytest.mark.parametrize(
    "document",
    [
        Document("a}}b"),
        Document("{{PER:阿梨"),
        Document("{{PER:阿梨}}"),
        Document("阿}", (Entity("阿}", "PER", 0, 2),)),
        Document("茶\n阿}}"),
    ],
)
def test_braces_that_would_be_read_as_marks_are_refused(document):
    with pytest.raises(CorpusError, match="a document: the text cannot be written in braces"):
        written([document], "braces")


@both
def test_a_lone_surrogate_is_refused(name):
    with pytest.raises(CorpusError, match=f"U\\+D800 at character 1 .* in {name}; jsonl"):
        written([Document("泉\ud800州")], name)


@st.composite
def suspicious(draw):
    """A document whose text is full of what marks and escapes are made of."""
    pieces = ["<", "</", ">", "&", "&lt;", "amp;", "<PER>", "</LOC>", "\r"]
    text = "".join(draw(st.lists(characters(without="\n") | st.sampled_from(pieces), max_size=9)))
    return Document(text, entities(text, draw(spans(len(text)))))


@given(suspicious())
@example(Document("\ufeff好"))
@example(Document("好\r"))
@example(Document("好\r\r", (Entity("好\r\r", "PER", 0, 3),)))
def test_any_text_without_line_feeds_comes_back_from_angles(document):
    assert one(written_text(document, "angles"), "angles") == document


@given(documents(characters(without="\n") | st.sampled_from("{}:")))
@example(Document("\ufeff好"))
@example(Document("好\r"))
def test_what_braces_can_hold_comes_back(document):
    try:
        content = written_text(document, "braces")
    except CorpusError:
        assert "}" in document.text or "{{" in document.text
    else:
        assert one(content, "braces") == document


@st.composite
def nestings(draw):
    """A text and entities that lie whole inside or outside each other."""
    text = draw(st.text("泉州茶厂", min_size=1, max_size=8))
    found = []

    def fill(start, end, depth):
        while start < end and depth < 4:
            first = draw(st.integers(start, end))
            last = draw(st.integers(first, end))
            if first < last:
                found.append((first, last, draw(st.sampled_from(("A", "B")))))
                fill(first, last, depth + 1)
            start = last + 1

    fill(0, len(text), 0)
    return Document(text, tuple(Entity(text[s:e], label, s, e) for s, e, label in found))


@both
@given(nestings())
def test_nested_entities_come_back(name, document):
    assert one(written_text(document, name), name) == document


@both
@given(st.lists(st.sampled_from(["<A>", "</A>", "<B>", "</B>", "{{A:", "}}", "茶", "&lt;", "\n"])))
def test_whatever_is_read_is_a_document_or_an_error_with_its_place(name, pieces):
    told = []
    content = "".join(pieces)
    found = list(reading.read(source(content), Findings(told.append), format=name))
    for document in found:
        assert all(document.text[e.start : e.end] == e.text != "" for e in document.entities)
    wrong = [one for one in told if one.kind == MALFORMED]
    assert len(found) + len(wrong) == len(content.removesuffix("\n").split("\n")) * bool(content)


def test_deep_nesting_is_read_in_linear_time():
    deep = 50_000
    document = one("<A>" * deep + "茶" + "</A>" * deep + "\n", "angles")
    assert (document.text, len(document.entities)) == ("茶", deep)
    assert refused("<A" * deep + "<A>", "angles").endswith("is not closed")
    assert one("{{A" * deep, "braces").text == "{{A" * deep


@pytest.mark.parametrize(
    "content, expected",
    [
        (ANGLES, "angles"),
        (f"茶\n{ANGLES}", "angles"),
        ("a<b\n<3\n<PER>阿\n", "text"),
        (f"<?xml version='1.0'?>\n{ANGLES}", "text"),
        (f"<!doctype html>\n{ANGLES}", "text"),
        (BRACES, "braces"),
        (f"茶\n{BRACES}", "braces"),
        ('{"text": "{{PER:阿梨}}"}\n', "jsonl"),
        ("茶{{ name }}\n{{PER:阿\n", "text"),
    ],
)
def test_a_line_with_an_entity_tells_the_format(content, expected):
    assert reading.detect(source(content)) == expected
