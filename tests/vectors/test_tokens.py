"""Texts become lines of names: which, how many, and in how little memory."""

import tracemalloc
from collections import Counter
from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.features.channels.bigrams import END, Bigrams
from ner.vectors.kinds import KINDS
from ner.vectors.tokens import LONGEST, Counts, cut_texts

SENTENCES = ("阿梨昨天到了泉州。", "她 在\u3000泉州\t住了三天，", "", " \n ", "Abc 12 是什么？")


def cut(texts, folder, *, least=1, tables=tuple(KINDS)):
    found = cut_texts(texts, dict.fromkeys(tables, least), folder)
    lines = {
        table: [line.split(" ") for line in one.path.read_text(encoding="utf-8").splitlines()]
        for table, one in found.items()
    }
    return found, lines


def test_characters_are_all_but_blanks(tmp_path):
    _, lines = cut(SENTENCES, tmp_path)
    expected = [list("".join(text.split())) for text in SENTENCES if text.strip()]
    assert lines["characters"] == expected


def test_bigrams_are_the_features_own_without_blanks_and_ends(tmp_path):
    _, lines = cut(SENTENCES, tmp_path)
    expected = [
        [name for name in Bigrams.names(text) if not any(map(str.isspace, name))]
        for text in SENTENCES
    ]
    assert END.isspace()
    assert lines["bigrams"] == [names for names in expected if names]


def test_words_are_those_of_the_dictionary_and_guess_none(tmp_path):
    _, lines = cut(["小明硕士毕业于中国科学院", "他来到了网易杭研大厦"], tmp_path)
    assert lines["words"][0] == ["小", "明", "硕士", "毕业", "于", "中国科学院"]
    assert "杭研" not in lines["words"][1]


@given(st.lists(st.text(st.sampled_from("甲乙丙a \n\u3000")), max_size=5))
def test_counts_are_those_of_the_lines(tmp_path_factory, texts):
    found, lines = cut(texts, tmp_path_factory.mktemp("cut"))
    for table, one in found.items():
        names = Counter(name for line in lines[table] for name in line)
        assert one.total == names.total()
        assert one.lines == len(lines[table])
        assert list(one.counts.items()) == sorted(names.items(), key=lambda row: (-row[1], row[0]))


def test_rare_names_are_read_but_not_counted(tmp_path):
    found, _ = cut(["甲甲甲乙乙丙"], tmp_path, least=2, tables=["characters"])
    one = found["characters"]
    assert (one.total, dict(one.counts), one.missing) == (6, {"甲": 3, "乙": 2}, 0)


def test_a_long_text_stands_on_several_lines(tmp_path):
    text = "甲乙 " * LONGEST
    _, lines = cut([text], tmp_path, tables=["characters"])
    assert max(map(len, lines["characters"])) <= LONGEST
    assert [one for line in lines["characters"] for one in line] == list("甲乙" * LONGEST)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_text(tmp_path):
    tables = ("characters", "bigrams")

    def peak(sentences):
        texts = islice(cycle(SENTENCES), sentences)
        tracemalloc.start()
        cut_texts(texts, dict.fromkeys(tables, 1), tmp_path)
        size = (tmp_path / "characters.txt").stat().st_size
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found, size

    peak(10)  # what is loaded once
    (little, small), (much, large) = peak(10_000), peak(100_000)
    assert large == 10 * small > 1.9e6
    assert much < little + 50_000  # bytes


@pytest.mark.parametrize("most", [4, 10, 50])
def test_counts_of_many_names_are_too_low_by_no_more_than_is_said(most):
    names = [str(number % (1 + number % 97)) for number in range(20_000)]
    counts, exact = Counts(most), Counter(names)
    for start in range(0, len(names), 7):
        counts.add(names[start : start + 7])
    assert counts.total == len(names)
    found = counts.frequent(1)
    assert len(found) <= most + 7
    assert all(
        exact[name] - counts.missing <= count <= exact[name] for name, count in found.items()
    )
    assert {name for name, count in exact.items() if count > counts.missing} <= set(found)


def test_few_names_are_counted_exactly():
    counts = Counts()
    counts.add(list("甲乙甲"))
    assert (counts.frequent(1), counts.missing) == ({"甲": 2, "乙": 1}, 0)
