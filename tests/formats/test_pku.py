"""The People's Daily: names among words, bracketed groups, surnames and given names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import NAME, read, source

from ner.errors import CorpusError
from ner.formats import Findings, ReadOptions, reading
from ner.formats.findings import MALFORMED
from ner.formats.pku import JOINED, MARKED

LINE = "20240101-01-001-002/m  阿/nr  梨/nr  在/p  [泉州/ns  茶/n  厂/n]nt  工作/v  。/w  \n"


def one(content, options=None):
    (document,), _ = read(content, "pku", options)
    return document


def names(content):
    return [(entity.text, entity.label) for entity in one(content).entities]


def test_words_of_names_and_bracketed_groups_are_entities():
    document = one(LINE)
    assert (document.id, document.text) == ("20240101-01-001-002", "阿梨在泉州茶厂工作。")
    assert names(LINE) == [("阿梨", "nr"), ("泉州茶厂", "nt"), ("泉州", "ns")]
    assert all(document.text[e.start : e.end] == e.text for e in document.entities)


def test_names_are_no_entities_where_none_are_wanted():
    document = one(LINE, ReadOptions(tagged=False))
    assert (document.text, document.entities) == ("阿梨在泉州茶厂工作。", ())


def test_a_blank_line_is_no_document_and_a_number_alone_an_empty_one():
    found, _ = read(f"\n{LINE} \n20240101-01-001-003/m\n茶/n\n", "pku")
    assert [(document.id, document.place.line) for document in found] == [
        ("20240101-01-001-002", 2),
        ("20240101-01-001-003", 4),
        (None, 5),
    ]
    assert found[1].text == ""


@pytest.mark.parametrize(
    "line, expected",
    [
        ("茶花牌/nz 茶/n", [("茶花牌", "nz")]),
        ("卡洛琳/nrf 到/v 锡拉/nsf", [("卡洛琳", "nrf"), ("锡拉", "nsf")]),
        ("茶/n 好/a 三月/t nr/nx", []),
        ("[春/t 茶/n]l", []),
        ("[泉州/ns]ns", [("泉州", "ns")]),
        ("[泉州/ns 茶厂/nis]/nt 好/a", [("泉州茶厂", "nt"), ("泉州", "ns")]),
        (
            "[[泉州/ns 茶/n]nz 厂/n]nt",
            [("泉州茶厂", "nt"), ("泉州茶", "nz"), ("泉州", "ns")],
        ),
        ("在/p [茶/n [泉州/ns 厂/n]ns]nt", [("茶泉州厂", "nt"), ("泉州厂", "ns"), ("泉州", "ns")]),
    ],
)
def test_labels_are_the_tags_themselves(line, expected):
    assert names(line) == expected


@pytest.mark.parametrize(
    "line, expected",
    [
        ("张/nr 三/nr", ["张三"]),
        ("张/nr 小梨/nr 说/v", ["张小梨"]),
        ("欧阳/nr 梨/nr", ["欧阳梨"]),
        ("欧阳/nr 小梨/nr", ["欧阳小梨"]),
        ("陈/nr 方/nr 梨花/nr", ["陈方梨花"]),
        ("张/nr 三/nr 李/nr 四/nr", ["张三", "李四"]),
        ("张/nr 三/nr 欧阳/nr 梨/nr", ["张三", "欧阳梨"]),
        ("张/nr 小梨/nr 李/nr", ["张小梨", "李"]),
        ("阿梨/nr 小茶/nr", ["阿梨", "小茶"]),
        ("张/nr 卡洛琳/nr", ["张", "卡洛琳"]),
        ("张/nr 、/w 三/nr", ["张", "三"]),
        ("张/nr 三/nrf", ["张", "三"]),
        ("张/nr [三/nr 村/n]ns", ["张", "三村", "三"]),
        ("[村/n 张/nr]ns 三/nr", ["村张", "张", "三"]),
    ],
)
def test_surnames_and_given_names_are_joined(line, expected):
    assert [text for text, _ in names(line)] == expected


def test_joined_names_are_counted():
    _, counts = read("张/nr 三/nr 、/w 李/nr 四/nr 、/w 阿梨/nr\n茶/n\n王/nr 五/nr\n", "pku")
    assert +counts == {JOINED: 3}


@pytest.mark.parametrize(
    "line, text",
    [
        ("茶//w 好/a", None),
        ("//w", "/"),
        ("1/2/m", "1/2"),
        ("[/w 茶/n ]/w", "[茶]"),
        ("[[/w 茶/n]nz", "[茶"),
        ("［/w １／２/m", "［１／２"),
        ("\u3000/w 茶\u00a0花/n", "\u3000茶\u00a0花"),
        ("茶/n\t好/a", "茶好"),
        ("摄/Vg", "摄"),
    ],
)
def test_slashes_brackets_and_wide_blanks_may_be_words(line, text):
    assert one(line).text == (text if text is not None else "茶/好")


def test_a_mark_behind_a_tag_is_counted():
    (document,), counts = read("喝茶/v/% 好/a\n", "pku")
    assert document.text == "喝茶好"
    assert +counts == {MARKED: 1}


@pytest.mark.parametrize(
    "line, said",
    [
        ("茶/n 好", "expected a word and its tag like 茶/n, got '好'"),
        ("/n", "expected a word and its tag like 茶/n, got '/n'"),
        ("茶／n", "expected a word and its tag like 茶/n, got '茶／n'"),
        ("茶/名", "expected a word and its tag like 茶/n, got '茶/名'"),
        ("[泉州/ns 茶/n", "the bracket before '泉州' is not closed"),
        ("泉州/ns 茶/n]nt", "the bracket ]nt behind '茶' closes nothing"),
    ],
)
def test_a_line_that_is_no_words_with_tags_is_refused(line, said):
    with pytest.raises(CorpusError) as raised:
        read(f"茶/n\n{line}\n", "pku")
    assert str(raised.value) == f"{NAME}:2: {said}"


def test_reading_goes_on_behind_a_broken_line_where_somebody_listens():
    told = []
    found = list(reading.read(source("茶\n花/n\n[茶/n\n"), Findings(told.append), format="pku"))
    assert [document.text for document in found] == ["花"]
    assert [(one.kind, one.place.line) for one in told] == [(MALFORMED, 1), (MALFORMED, 3)]


@given(st.lists(st.sampled_from(["[", "]", "/", "nr", "ns", "n", "张", "三", " ", "\n", "/%"])))
def test_whatever_is_read_is_a_document_or_an_error_with_its_place(pieces):
    told = []
    content = "".join(pieces)
    found = list(reading.read(source(content), Findings(told.append), format="pku"))
    for document in found:
        assert all(document.text[e.start : e.end] == e.text != "" for e in document.entities)
    wrong = [one for one in told if one.kind == MALFORMED]
    assert len(found) + len(wrong) == sum(map(bool, map(str.strip, content.split("\n"))))


def test_pathological_tokens_are_refused_in_linear_time():
    for token in ("[" * 200_000, "/a]" * 100_000 + "?", "茶" + "/n]n" * 100_000):
        with pytest.raises(CorpusError):
            read(token, "pku")


@pytest.mark.parametrize(
    "content, expected",
    [
        (LINE, "pku"),
        ("茶/n 好/a\n", "pku"),
        ("茶/n " * 1000 + "好\n", "pku"),
        ("茶/n 好\n", "text"),
        ("茶/n\n", "text"),
        (" " * 3000 + "茶/n\n", "text"),
        ("茶/n B-PER\n", "columns"),
    ],
)
def test_the_first_line_tells_the_format(content, expected):
    assert reading.detect(source(content)) == expected
