"""Which texts are the same, and what is said of them."""

from collections import Counter

import pytest
from hypothesis import given
from strategies import characters, documents

from ner.corpus.repeats import CONFLICTING, LEAKED, REPEATED, plain, tell_leaked, tell_repeated
from ner.corpus.splits import Split
from ner.document import Document, Entity
from ner.errors import Place
from ner.formats import Findings


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Ａ座１０１", "A座101"),
        ("她 在\u3000苏\n州\u00a0", "她在苏州"),
        ("ｶﾞ", "カ\u3099"),  # character by character: the mark is not joined
        ("㎏", "kg"),
        ("苏州", "苏州"),
        ("ABC", "ABC"),
        (" \n", ""),
        ("\ud800", "\ud800"),
    ],
)
def test_width_and_blanks_make_no_difference(text, expected):
    assert plain(text) == expected


@given(characters(surrogates=True), characters(surrogates=True))
def test_a_text_is_compared_character_by_character(first, second):
    assert plain(first + second) == plain(first) + plain(second)


def document(text, *spans, line=None):
    found = tuple(Entity(text[start:end], label, start, end) for start, end, label in spans)
    return Document(text, found, place=line and Place("own.bio", line))


def told(documents):
    heard = []
    findings = Findings(heard.append)
    tell_repeated(documents, findings)
    assert Counter(one.kind for one in heard) == findings
    return [(one.kind, str(one.place), one.example) for one in heard]


def test_a_repeated_text_is_told_with_its_place():
    first, again = document("茶在Ａ座", line=1), document("茶在 A座", line=9)
    assert told([first, document("茶", line=5), again]) == [(REPEATED, "own.bio:9", "茶在 A座")]


@pytest.mark.parametrize(
    "spans, differs",
    [
        ([(3, 5, "LOC")], False),  # the same mention, behind a blank that the first lacks
        ([(3, 5, "ORG")], True),
        ([(4, 5, "LOC")], True),
        ([], True),
    ],
)
def test_entities_are_compared_by_their_places_in_the_plain_text(spans, differs):
    documents = [document("她在Ａ座", (2, 4, "LOC")), document("她在 A座", *spans)]
    expected = [REPEATED, CONFLICTING] if differs else [REPEATED]
    assert [kind for kind, _, _ in told(documents)] == expected


def test_the_order_of_entities_makes_no_difference():
    one, other = (0, 1, "PER"), (2, 3, "LOC")
    documents = [document("她在苏", one, other), document("她在苏", other, one)]
    assert [kind for kind, _, _ in told(documents)] == [REPEATED]


def test_blank_sentences_repeat_nothing():
    assert told([document(""), document(" "), document("\u3000")]) == []


def test_sentences_of_a_document_are_compared_one_by_one():
    twice = Document("好。好。", spans=((0, 2), (2, 4)))
    assert [kind for kind, _, _ in told([twice])] == [REPEATED]


def split(name, *texts):
    return Split(name, "own.bio", tuple(document(text) for text in texts), Counter())


def test_a_sentence_in_two_parts_is_told_once_for_each_time_in_the_later_one():
    findings = Findings()
    tell_leaked(
        [split("train", "茶", "水"), split("dev", "水 ", "水"), split("test", "茶", "")], findings
    )
    assert findings == {LEAKED: 3}


def test_a_sentence_that_repeats_in_its_own_part_leaks_nothing():
    findings = Findings()
    tell_leaked([split("train", "茶", "茶"), split("dev", "水", " "), split("test", " ")], findings)
    assert not findings


@given(documents())
def test_a_document_agrees_with_itself(one):
    findings = Findings()
    tell_repeated([one, one], findings)
    assert findings == ({REPEATED: 1} if plain(one.text) else {})
