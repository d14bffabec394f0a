"""The page of a corpus: every figure in a table, and no text of the corpus is ever markup."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import Page
from strategies import characters

from ner.corpus.comparison import Corpus
from ner.corpus.page import BINS, MOST_AMBIGUOUS, bins, page
from ner.corpus.statistics import Lengths, count
from ner.document import Document, Entity
from ner.formats import Findings
from ner.pages.markup import SHOWN, bar, bars, harmless, percent
from ner.printing import excerpt, printable

HOSTILE = "<script>alert('&')</script>\"{{style}}\n\x00\u202e\ud800"


def document(text, *found):
    return Document(text, tuple(Entity(text[a:b], label, a, b) for a, b, label in found))


def corpus_of(**splits):
    findings = {name: Findings() for name in splits}
    figures = (
        count(documents, findings[name], name=name, path=f"own/{name}.bio")
        for name, documents in splits.items()
    )
    return Corpus(tuple(figures))


CORPUS = corpus_of(
    train=[document("阿梨在泉州", (0, 2, "PER"), (3, 5, "LOC")), document("泉州", (0, 2, "LOC"))],
    dev=[document("泉州的茶", (0, 2, "LOC"), (3, 4, "FOOD")), document("阿梨", (0, 2, "LOC"))],
)


@pytest.fixture(scope="module")
def shown():
    return Page(page(CORPUS))


def test_sizes_stand_beside_their_names(shown):
    assert shown.row("Sentences") == ["2", "2"]
    assert shown.row("Characters") == ["7", "6"]
    assert shown.row("Entities in 100 characters") == ["42.86", "50.00"]


def test_labels_stand_with_shares_and_different_texts(shown):
    assert shown.row("LOC") == ["2 66.7 %1 different", "2 66.7 %2 different"]
    assert shown.row("FOOD") == ["0 0.0 %0 different", "1 33.3 %1 different"]


def test_lengths_stand_in_bins_with_what_sums_them_up(shown):
    assert shown.row("2")[:2] == ["3 100.0 %", "2 66.7 %"]
    assert shown.row("Mean") == ["2.0", "1.7"]


def test_what_train_has_is_told_by_label(shown):
    assert shown.row("All") == ["33.3 % + 33.3 % with another 33.3 % of 3 different texts"]


def test_frequent_and_ambiguous_mentions_are_listed(shown):
    assert ["LOC", "泉州3阿梨1"] in shown.rows
    assert ["阿梨", "LOC1PER1"] in shown.rows


def test_every_number_is_in_a_real_table_and_bars_are_decoration(shown):
    bars_drawn = [attrs for tag, attrs in shown.elements if attrs.get("class") == "bar"]
    assert bars_drawn
    assert all(attrs["aria-hidden"] == "true" for attrs in bars_drawn)
    heads = [attrs.get("scope") for tag, attrs in shown.elements if tag == "th"]
    assert set(heads) == {"row", "col"}


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(shown):
    tags = {tag for tag, _ in shown.elements}
    assert not tags & {"script", "link", "img", "iframe", "object"}
    assert not any(name in attrs for _, attrs in shown.elements for name in ("src", "href"))
    policy = next(a["content"] for _, a in shown.elements if "http-equiv" in a)
    assert "default-src 'none'" in policy


def test_light_dark_narrow_and_print_are_provided_for():
    written = page(CORPUS)
    for wanted in ("prefers-color-scheme: dark", "max-width: 700px", "@media print"):
        assert wanted in written
    assert "{{" not in written


def test_one_split_alone_is_compared_with_nothing():
    titles = Page(page(Corpus(CORPUS.splits[:1]))).titles
    assert titles[:3] == ["Size", "Labels", "Lengths"]
    assert not any(title.startswith("Seen in") for title in titles)


def test_a_corpus_without_entities_has_a_page():
    shown = Page(page(corpus_of(train=[Document("茶")], dev=[Document("水")])))
    assert shown.row("Entities") == ["0", "0"]
    assert shown.titles == ["Size", "Lengths"]


def test_hostile_labels_mentions_and_names_are_only_shown():
    found = [document(HOSTILE, (0, len(HOSTILE), HOSTILE), (0, 8, HOSTILE), (0, 8, "X"))]
    findings = Findings()
    findings[HOSTILE] += 1
    split = count(found, findings, name=HOSTILE, path=HOSTILE)
    written = page(Corpus((split, split)))
    written.encode("utf-8")
    assert "<script" not in written
    assert "\x00" not in written
    assert "\u202e" not in written
    assert harmless(HOSTILE) in written


@given(st.text(characters(surrogates=True) | st.sampled_from("<>&\"'"), max_size=60))
def test_any_text_is_harmless_and_can_be_written(text):
    safe = harmless(text)
    safe.encode("utf-8")
    assert not set(safe) & set("<>\"'")
    parser = Page(f"<table><tr><td>{safe}</table>")
    assert [tag for tag, _ in parser.elements] == ["table", "tr", "td"]
    assert parser.rows == [[excerpt(text, SHOWN)]]


@pytest.mark.parametrize(
    "text, expected",
    [("苏州", "苏州"), ("a b", "a b"), ("\n\t", r"\n\t"), ("\ud800\u200b", r"\ud800\u200b")],
)
def test_what_cannot_be_printed_is_escaped(text, expected):
    assert printable(text) == expected


def test_an_excerpt_says_that_more_follows():
    assert (excerpt("苏州河", 2), excerpt("苏州", 2)) == ("苏州…", "苏州")


lengths = st.dictionaries(st.integers(1, 3000), st.integers(1, 9), min_size=0, max_size=30)


@given(st.lists(lengths.map(Counter).map(Lengths), min_size=1, max_size=3))
def test_bins_hold_every_length_once_and_are_few(several):
    edges = bins(several)
    for one in several:
        assert sum(one.between(*ends) for ends in edges) == one.number
    assert len(edges) <= BINS + 1
    assert len({last - first for first, last in edges[:-1]}) <= 1


def test_the_greatest_share_has_a_full_bar():
    cells = bars([[1, 0], [3, 5]], [4, 10])
    parts = [re.search(r"--part:([\d.]+)", cell)[1] for row in cells for cell in row]
    assert parts == ["0.3333", "0.0000", "1.0000", "0.6667"]
    assert cells[1][1].endswith("5 <small>50.0 %</small>")


def test_a_share_of_nothing_is_none():
    assert percent(0, 0) == "0.0 %"
    assert bars([[0]], [0]) == [[f"{bar(0)}0 <small>0.0 %</small>"]]


def test_long_lists_of_ambiguous_mentions_are_cut_and_counted():
    characters = [chr(0x4E00 + number) for number in range(MOST_AMBIGUOUS + 5)]
    found = [document(one, (0, 1, label)) for one in characters for label in ("PER", "LOC")]
    written = page(corpus_of(train=found))
    assert f"{MOST_AMBIGUOUS + 5} texts, the {MOST_AMBIGUOUS} most frequent" in written
