"""Splits beside each other: how they are called, what they share, which mentions are ambiguous."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.corpus.comparison import Corpus, Seen, overlap, read_corpus, split_names
from ner.corpus.statistics import count
from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import Findings

mentions = st.lists(
    st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from(["PER", "LOC"])), min_size=1, max_size=8
)


def split(found, name=""):
    """The figures of a split that holds these mentions."""
    entities = (Entity(text, label, 0, 1) for text, label in found)
    return count([Document(one.text, (one,)) for one in entities], Findings(), name=name)


@given(mentions, mentions)
def test_overlap_is_what_looking_up_every_mention_gives(first, other):
    found = overlap(split(first), split(other))
    texts = {text for text, _ in first}
    for label in {label for _, label in other}:
        for own, seen in (
            ([text for text, own in other if own == label], found.entities[label]),
            ({text for text, own in other if own == label}, found.mentions[label]),
        ):
            same = sum((text, label) in first for text in own)
            elsewhere = sum((text, label) not in first and text in texts for text in own)
            assert seen == Seen(len(own), same, elsewhere)


def test_the_overlap_of_all_labels_is_their_sum():
    found = overlap(split([("甲", "PER"), ("乙", "PER")]), split([("甲", "PER"), ("乙", "LOC")]))
    assert found.seen() == (Seen(2, 1, 1), Seen(2, 1, 1))
    assert found.seen("LOC") == (Seen(1, 0, 1), Seen(1, 0, 1))
    assert found.seen("ORG") == (Seen(), Seen())


@given(mentions, mentions)
def test_ambiguous_mentions_are_those_that_any_two_annotations_differ_in(first, other):
    both = first + other
    corpus = Corpus((split(first), split(other)))
    expected = {
        text: {label: both.count((text, label)) for label in ("PER", "LOC")}
        for text in "甲乙丙丁"
        if (text, "PER") in both and (text, "LOC") in both
    }
    assert corpus.ambiguous == expected
    assert [sum(counts.values()) for counts in corpus.ambiguous.values()] == sorted(
        (sum(counts.values()) for counts in expected.values()), reverse=True
    )


def test_labels_and_mentions_are_those_of_all_splits():
    corpus = Corpus((split([("甲", "PER")]), split([("甲", "PER"), ("乙", "LOC")])))
    assert corpus.labels == ["PER", "LOC"]
    assert corpus.mentions == {"PER": {"甲": 2}, "LOC": {"乙": 1}}


def test_plain_data_holds_splits_overlaps_and_ambiguous_mentions():
    splits = split([("甲", "PER")], "train"), split([("甲", "LOC")], "dev")
    seen = {"total": {"all": 1, "same": 0, "other": 1}}
    seen["labels"] = {"LOC": seen["total"]}
    assert Corpus(splits).to_dict() == {
        "splits": [one.to_dict() for one in splits],
        "overlaps": [{"name": "dev", "first": "train", "entities": seen, "mentions": seen}],
        "ambiguous": {"甲": {"LOC": 1, "PER": 1}},
    }


@pytest.mark.parametrize(
    "paths, names",
    [
        (["dev.bio", "test.bio", "train.bio"], ["train", "dev", "test"]),
        (["a.dev", "a.test", "a.train"], ["train", "dev", "test"]),
        (["x/validation_1.jsonl", "x/Train-set.jsonl"], ["train", "dev"]),
        (["latest.bio", "trainer.bio"], ["latest.bio", "trainer.bio"]),
        (["own.bio", "test"], ["test", "own.bio"]),
        (["a/train.bio", "b/train.bio"], ["a/train.bio", "b/train.bio"]),
        (["a/own.bio", "b/own.bio", "c.bio"], ["a/own.bio", "b/own.bio", "c.bio"]),
        (["."], ["."]),
    ],
)
def test_splits_are_called_by_what_their_file_names_say(paths, names):
    assert list(split_names([Path(path) for path in paths]).values()) == names


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.bio").write_text("阿\tB-PER\n梨\tI-PER\n\n茶\tO\n", encoding="utf-8")
    (tmp_path / "own.jsonl").write_text('{"text": "阿梨"}\n', encoding="utf-8")
    return tmp_path


def test_files_are_counted_each_as_a_split_train_first(folder):
    corpus = read_corpus([folder / "own.jsonl", folder / "train.bio"])
    assert [(one.name, one.path, one.documents) for one in corpus.splits] == [
        ("train", str(folder / "train.bio"), 2),
        ("own.jsonl", str(folder / "own.jsonl"), 1),
    ]
    assert corpus.splits[0].findings["sentences in scheme BIO"] == 2
    assert "sentences in scheme BIO" in corpus.findings


def test_a_split_without_text_is_named(folder):
    (folder / "dev.bio").write_text("\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="dev.bio: an empty corpus"):
        read_corpus([folder / "train.bio", folder / "dev.bio"])
