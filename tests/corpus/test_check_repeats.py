"""Repeated sentences, against a dictionary of all texts, however many are looked up at once."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layered import sentences, stretches
from strategies import LABELS, entities

from ner.corpus.check import repeats
from ner.corpus.check.check import Thresholds
from ner.corpus.check.repeats import LEAKED, OTHERWISE, REPEATED, Repeats
from ner.corpus.comparison import Corpus
from ner.document import Document, Entity
from ner.errors import Place

letters = st.sampled_from("一二1１ \u3000㎏")
splits = st.sampled_from(["train", "dev", "test"])
files = st.sampled_from(["a", "b"])


@st.composite
def placed(draw):
    """A document of a few letters, with entities in any relation, its split and its file."""
    text = draw(st.text(letters, max_size=4))
    found = []
    if text:
        one = st.tuples(stretches(len(text)), st.sampled_from(LABELS[:2]))
        found = [(start, end, label) for (start, end), label in draw(st.lists(one, max_size=2))]
    spans = draw(sentences(len(text))) if text else ()
    return Document(text, entities(text, found), spans), draw(splits), draw(files)


def numbered(drawn):
    """The documents with their splits, each at a line of its own."""
    return [
        (Document(one.text, one.entities, one.spans, place=Place(f"{split}.{file}", line)), split)
        for line, (one, split, file) in enumerate(drawn, 1)
    ]


def found_in(corpus):
    check = Repeats(Thresholds())
    told = [finding for document, split in corpus for finding in check.see(document, split)]
    told += check.conclude(Corpus(()))
    return [(one.severity, one.kind, one.place, one.example) for one in told]


def plain(text):
    return "".join("".join(unicodedata.normalize("NFKC", one).split()) for one in text)


def expected_in(corpus):
    first = {}
    for document, split in corpus:
        for sentence in document.sentences:
            text = plain(sentence.text)
            edges = [len(plain(sentence.text[:place])) for place in range(len(sentence.text) + 1)]
            said = sorted(
                (edges[one.start], edges[one.end], one.label) for one in sentence.entities
            )
            place = document.place
            if not text:
                continue
            if text not in first:
                first[text] = split, place, said
                continue
            earlier, before, annotated = first[text]
            example = f"{sentence.text} (as {before})"
            if split == earlier:
                yield "note", REPEATED, place, example
            else:
                yield "warning", LEAKED.format(earlier), place, example
            if said != annotated:
                yield "warning", OTHERWISE, place, example


@given(st.lists(placed(), max_size=12).map(numbered))
def test_repeats_are_those_that_a_dictionary_of_all_texts_finds(corpus):
    expected = list(expected_in(corpus))
    for block in (1, 2, 3, 1 << 16):
        with pytest.MonkeyPatch.context() as patched:  # a fixture's would be shared by all examples
            patched.setattr(repeats, "BLOCK", block)
            assert found_in(corpus) == expected, block


def test_the_same_text_in_other_letters_and_blanks_is_the_same():
    first = Document("ＡＢ 去泉州", (Entity("泉州", "LOC", 4, 6),), place=Place("a", 1))
    second = Document("AB去泉州", (Entity("泉州", "LOC", 3, 5),), place=Place("b", 7))
    assert found_in([(first, "train"), (second, "test")]) == [
        ("warning", "sentences that stand in train too", Place("b", 7), "AB去泉州 (as a:1)")
    ]


def test_texts_of_blanks_repeat_nothing():
    blank = Document(" \u3000", place=Place("a", 1))
    assert found_in([(blank, "train"), (blank, "train"), (Document(""), "dev")]) == []


def test_a_place_without_a_line_has_none_in_the_finding():
    document = Document("茶", place=Place("a"))
    assert found_in([(document, "train"), (document, "train")]) == [
        ("note", REPEATED, Place("a"), "茶 (as a)")
    ]


def test_a_sentence_of_very_many_entities_is_looked_up_in_a_moment():
    """Linear work: what stands before each entity is not gone through again for each."""
    text = "１" * 100_000
    document = Document(text, tuple(Entity("１", "X", at, at + 1) for at in range(len(text))))
    check = Repeats(Thresholds())
    assert list(check.see(document, "train")) == []
    assert [one.kind for one in check.see(document, "train")] == []
    assert [one.kind for one in check.conclude(Corpus(()))] == [REPEATED]
