"""A tagger whose model attends to the sentences before shows it these, and no others."""

from types import SimpleNamespace

import numpy as np
import pytest
from trained import SENTENCES, annotated, tiny_config, train

import ner
from ner.document import Document
from ner.features.channels import Characters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Featurizer
from ner.settings import FeatureSettings
from ner.tagging.alternatives import NOTHING
from ner.tagging.tagger import Tagger

LETTERS = "甲乙丙丁。\n"


class Seen:
    """A runtime that finds nothing and notes every piece with its context."""

    def __init__(self):
        self.pairs = []

    def __call__(self, batch):
        around = batch.context or batch
        for row, length in enumerate(batch.lengths.tolist()):
            before = around.lengths[row] if batch.context else 0
            pair = (around.rows["characters"][row, :before], batch.rows["characters"][row, :length])
            self.pairs.append(tuple("".join(LETTERS[n - 2] for n in part) for part in pair))
        path = np.zeros_like(batch.rows["characters"])
        halves = lambda spans, *_, **__: np.full(len(spans), 0.5)  # noqa: E731
        return SimpleNamespace(path=path, lengths=batch.lengths, probabilities=halves)


def tagger(seen, context, *, size=256):
    settings = FeatureSettings.model_construct(
        normalise=(), max_length=size, overlap=2, context=context
    )
    channels = {"characters": Characters(Vocabulary(LETTERS))}
    return Tagger(Featurizer(settings, channels, {}), ["O", "B-X", "I-X"], seen)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (0, [("", "甲乙。丙。丁")]),
        (1, [("", "甲乙。"), ("甲乙。", "丙。"), ("丙。", "丁")]),
        (2, [("", "甲乙。"), ("甲乙。", "丙。"), ("甲乙。丙。", "丁")]),
    ],
)
def test_a_text_is_split_into_sentences_that_see_those_before(context, expected):
    seen = Seen()
    document = tagger(seen, context)("甲乙。丙。丁")
    assert document == Document("甲乙。丙。丁")
    assert sorted(seen.pairs) == sorted(expected)


def test_texts_do_not_see_each_other():
    seen = Seen()
    tagger(seen, 3)(["甲。", "乙。", "", "丙。丁。"])
    assert sorted(seen.pairs) == sorted(
        [("", "甲。"), ("", "乙。"), ("", "丙。"), ("丙。", "丁。")]
    )


def test_the_sentences_that_a_document_marks_see_those_before_in_it():
    seen = Seen()
    documents = [Document("甲乙丙丁", spans=((0, 1), (1, 3), (3, 4))), Document("丁丁")]
    assert list(tagger(seen, 1).pipe_documents(documents)) == documents
    assert sorted(seen.pairs) == sorted([("", "甲"), ("甲", "乙丙"), ("乙丙", "丁"), ("", "丁丁")])


def test_a_later_window_sees_its_own_sentence_before_it():
    seen = Seen()
    tagger(seen, 1, size=4)("乙。" + "甲乙丙丁" * 2)
    before = dict((own, context) for context, own in seen.pairs)
    assert before.pop("乙。") == ""
    text = "乙。" + "甲乙丙丁" * 2
    assert all(f"{context}{own}" in text and context for own, context in before.items())
    assert all(len(context) <= 4 for context in before.values())


def test_a_model_that_was_trained_with_context_is_tagged_with_it(tmp_path):
    text = "".join(annotated(one).text for one in SENTENCES)
    run, epochs = train(tiny_config("features.context=2", "training.epochs=2"), tmp_path / "run")
    assert len(epochs) == 2
    trained = ner.load(run.folder, device="cpu")
    emissions = []
    compute = trained._runtime
    trained._runtime = lambda batch: emissions.append(batch) or compute(batch)
    document = trained(text)
    assert document.text == text
    assert all(text[one.start : one.end] == one.text for one in document.entities)
    assert sum(batch.size for batch in emissions) == len(text)
    assert all(batch.context is not None for batch in emissions)


def test_a_text_without_a_sentence_has_one_reading_and_is_not_computed():
    seen = Seen()
    assert tagger(seen, 1).n_best(" \n ", 3) == [NOTHING]
    assert seen.pairs == []
