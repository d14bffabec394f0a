"""Sentences as the network learns them: nothing is dropped without a count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LABELS, entities, spans
from trained import annotated

from ner.document import Document, Sentence
from ner.features.channels import Characters
from ner.features.channels.vocabulary import UNKNOWN_ID, Vocabulary
from ner.features.featurizer import Featurizer
from ner.settings import FeatureSettings
from ner.tags import WRITABLE, decode, illegal_neighbours, tag_set
from ner.training.examples import prepare

KNOWN = "陶小满在衢州丽水等青禾书店。"
SETTINGS = FeatureSettings(normalise=(), max_length=16, overlap=4)
FEATURIZER = Featurizer(SETTINGS, {"characters": Characters(Vocabulary(KNOWN))}, {})


def prepared(*sentences, labels=LABELS, scheme="BIOES"):
    documents = [Document(one.text, one.entities) for one in sentences]
    return prepare(documents, FEATURIZER, tag_set(labels, scheme=scheme), scheme=scheme)


def marked(text):
    return Sentence(annotated(text).text, 0, annotated(text).entities)


def named(examples, scheme="BIOES"):
    """The tags of each example, by name."""
    names = tag_set(LABELS, scheme=scheme)
    return [[names[number] for number in example.tags] for example in examples.examples]


def learned(examples, scheme="BIOES"):
    """Start, end and label of all that the examples teach, in the sentence they make up."""
    start, found = 0, []
    for tags in named(examples, scheme):
        found += [(a + start, b + start, label) for a, b, label in decode(tags, scheme=scheme)]
        start += len(tags)
    return found


@st.composite
def sentences(draw):
    letters = st.sampled_from("陶小满，。")
    text = draw(st.text(letters, min_size=1, max_size=12)) * draw(st.integers(1, 8))
    stretched = [(4 * a, 4 * b, label) for a, b, label in draw(spans(len(text) // 4))]
    return Sentence(text, 0, entities(text, stretched))


@pytest.mark.parametrize("scheme", WRITABLE)
@given(sentence=sentences())
def test_every_entity_is_learned_whole_or_counted_as_lost(scheme, sentence):
    examples = prepared(sentence, scheme=scheme)
    gold = {(entity.start, entity.end, entity.label) for entity in sentence.entities}
    taught = learned(examples, scheme)
    assert set(taught) <= gold
    assert examples.lost == len(gold) - len(taught)
    assert not any(illegal_neighbours(tags, scheme=scheme) for tags in named(examples, scheme))
    assert sum(examples.lengths) == len(sentence.text)


def test_a_short_sentence_is_one_example_of_its_own_length():
    examples = prepared(marked("[陶小满|PER]在[衢州|LOC]。"), marked("等。"))
    assert examples.lengths == [7, 2] == [len(one.features) for one in examples.examples]
    assert named(examples)[0] == ["B-PER", "I-PER", "E-PER", "O", "B-LOC", "E-LOC", "O"]
    assert (examples.unknown, examples.lost) == (0, 0)


def test_a_long_sentence_becomes_examples_that_make_it_up():
    text = (KNOWN * 72)[:1000]
    examples = prepared(Sentence(text, 0))
    numbers = [n for one in examples.examples for n in one.features.rows["characters"]]
    assert numbers == FEATURIZER(text).rows["characters"].tolist()
    assert sum(examples.lengths) == 1000
    assert max(examples.lengths) <= SETTINGS.max_length < len(examples.examples)


def test_an_entity_longer_than_a_window_is_one_loss_and_leaves_no_tag():
    examples = prepared(marked(f"[{'等' * 100}|ORG]。"))
    assert examples.lost == 1
    assert {tag for tags in named(examples) for tag in tags} == {"O"}


@pytest.mark.parametrize(
    ("spans", "lost"),
    [
        ([(0, 3, "PER"), (4, 6, "DISH")], 1),
        ([(4, 6, "DISH"), (4, 6, "TREE")], 2),
        ([(0, 3, "PER"), (0, 2, "PER")], 1),
    ],
    ids=["unknown label", "two unknown labels", "nested"],
)
def test_what_the_tags_cannot_hold_is_counted(spans, lost):
    text = "陶小满在衢州。"
    assert prepared(Sentence(text, 0, entities(text, spans))).lost == lost


def test_characters_out_of_the_vocabulary_are_counted_and_learned_as_unknown():
    examples = prepared(marked("[陶小满|PER]🐌在🐌。"), marked("鹭"))
    assert examples.unknown == 3
    assert examples.examples[1].features.rows["characters"].tolist() == [UNKNOWN_ID]


def test_a_batch_holds_the_examples_that_are_asked_for():
    batch = prepared(marked("等"), marked("[陶小满|PER]等"), marked("[衢州|LOC]")).batch([2, 1])
    names = tag_set(LABELS, scheme="BIOES")
    assert batch.lengths.tolist() == [2, 4]
    assert [names[number] for number in batch.tags[0, :2]] == ["B-LOC", "E-LOC"]
