"""In a batch every sentence keeps its own matches, however long its company is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import matches_of

from ner.features.batch import collate
from ner.features.channels import Characters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Featurizer
from ner.features.lexicon import SETS, Lexicon
from ner.settings import FeatureSettings

WORDS = {"甲": "n", "甲乙": "n", "乙丙甲": "v", "丙丙": "list"}
LEXICON = Lexicon.fitted(WORDS, ["甲乙丙甲", "丙丙丙"])
TEXTS = st.lists(st.text("甲乙丙丁😀", min_size=1, max_size=9), min_size=1, max_size=5)
CONTEXTS = st.lists(st.text("甲乙丙丁", max_size=7), min_size=5, max_size=5)


def featurizer():
    settings = FeatureSettings.model_construct(normalise=())
    return Featurizer(settings, {"characters": Characters(Vocabulary("甲乙丙"))}, {}, LEXICON)


def rows_of(batch):
    """The matches of each row of a batch, as (word, slot in the sentence, weight)."""
    width = SETS * batch.mask.shape[1]
    found = [[] for _ in batch.mask]
    arrays = (batch.matches.words, batch.matches.slots, batch.matches.weights)
    for word, slot, weight in zip(*(array.tolist() for array in arrays), strict=True):
        found[slot // width].append((word, slot % width, weight))
    return found


def own(text):
    matches = matches_of(LEXICON, text)
    arrays = (matches.words, matches.slots, matches.weights)
    return list(zip(*(array.tolist() for array in arrays), strict=True))


@given(TEXTS)
def test_the_matches_in_a_padded_batch_are_those_of_each_sentence_alone(texts):
    batch = collate([featurizer()(text) for text in texts])
    assert rows_of(batch) == [own(text) for text in texts]
    assert batch.matches.slots.dtype == batch.matches.words.dtype == np.int64


@given(TEXTS, CONTEXTS)
def test_contexts_have_their_own_matches(texts, contexts):
    pairs = list(zip(texts, contexts, strict=False))
    batch = collate([featurizer()(text, before) for text, before in pairs])
    assert rows_of(batch) == [own(text) for text in texts]
    if any(before for _, before in pairs):
        assert rows_of(batch.context) == [own(before) for _, before in pairs]
        assert batch.context.context is None
    else:
        assert batch.context is None


@pytest.mark.parametrize("text", ["丁", "丁丁丁"])
def test_a_batch_without_a_match_has_no_entries(text):
    matches = collate([featurizer()(text)]).matches
    assert [len(matches.words), len(matches.slots), len(matches.weights)] == [0, 0, 0]
