"""The soft lexicon's vectors are the sums that the paper writes, in any company."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ner.features.batch import collate
from ner.features.channels import Characters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Featurizer
from ner.features.lexicon import SETS, Lexicon
from ner.model.embedding.lexicon import LexiconEmbedding
from ner.model.inputs import Inputs
from ner.settings import EmbeddingSettings, FeatureSettings

WORDS = {"甲": "n", "甲乙": "v", "乙丙甲": "v", "丙丙": "list", "丁": "n"}
LEXICON = Lexicon.fitted(WORDS, ["甲乙丙甲乙"], known={"丙丙"})
TEXTS = st.lists(st.text("甲乙丙丁戊", min_size=1, max_size=8), min_size=1, max_size=4)
SIZES = [(4, 3), (0, 3)]


def _embedding(size=4, kind_size=3, lexicon=LEXICON):
    torch.manual_seed(0)
    made = LexiconEmbedding(EmbeddingSettings(lexicon_size=size, kind_size=kind_size), lexicon)
    if made.words is not None:
        known = torch.arange(lexicon.known)
        made.words.put(known, torch.randn(lexicon.known, size))
    return made


def _inputs(texts, lexicon=LEXICON):
    settings = FeatureSettings.model_construct(normalise=())
    channels = {"characters": Characters(Vocabulary("甲乙丙丁"))}
    featurizer = Featurizer(settings, channels, {}, lexicon)
    return Inputs.of(collate([featurizer(text) for text in texts]), torch.device("cpu"))


def _looked_up(embedding, text):
    """The vectors of a text, a match and character at a time."""
    size = embedding.size // SETS
    vectors = torch.zeros(len(text), SETS, size)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            for place in range(start, end) if text[start:end] in WORDS else ():
                at = place - start
                own = 3 if end - start == 1 else 0 if not at else 2 if place == end - 1 else 1
                number = LEXICON.words.index(text[start:end])
                parts = [embedding.kinds.weight[LEXICON.kinds[number]]]
                if embedding.words is not None:
                    parts.insert(0, embedding.words(torch.tensor(number)))
                vectors[place, own] += _share(text, place, number) * torch.cat(parts)
    return vectors.reshape(len(text), -1)


def _share(text, place, number):
    """Four times a word's weight over those of all words around a character."""
    total = 0
    for other, word in enumerate(LEXICON.words):
        for start in range(max(0, place - len(word) + 1), place + 1):
            total += _weight(other) * (text[start : start + len(word)] == word)
    return SETS * _weight(number) / total


def _weight(number):
    return 1 + (LEXICON.counts[number] if number < LEXICON.tuned else 0)


@pytest.mark.parametrize(("size", "kind_size"), SIZES)
@given(texts=TEXTS)
@torch.no_grad()
def test_it_equals_the_sums_of_each_sentence_alone(size, kind_size, texts):
    embedding = _embedding(size, kind_size)
    vectors = embedding(_inputs(texts))
    assert vectors.shape == (len(texts), max(map(len, texts)), SETS * (size + kind_size))
    for row, text in zip(vectors, texts, strict=True):
        torch.testing.assert_close(row[: len(text)], _looked_up(embedding, text))
        assert (row[len(text) :] == 0).all()


def test_a_word_without_a_vector_speaks_by_its_kind_alone():
    embedding = _embedding()
    assert LEXICON.words.index("丁") >= LEXICON.known
    sets = embedding(_inputs(["丁"])).view(SETS, 7)
    assert (sets[3, :4] == 0).all()
    torch.testing.assert_close(sets[3, 4:], SETS * embedding.kinds.weight[0])


def test_a_word_of_no_known_vectors_has_zeros_in_its_place():
    lexicon = Lexicon.fitted({"甲": "n"}, [])
    sets = _embedding(lexicon=lexicon)(_inputs(["甲"], lexicon)).view(SETS, 7)
    assert (sets[:, :4] == 0).all() and (sets[3, 4:] != 0).all()


def test_words_of_train_and_kinds_learn_and_kept_words_do_not():
    embedding = _embedding()
    embedding(_inputs(["甲乙丙甲", "丙丙丁"])).sum().backward()
    assert embedding.words.learned.weight.grad.any(dim=-1).all()
    assert embedding.kinds.weight.grad.any(dim=-1).all()
    names = {name for name, _ in embedding.named_parameters()}
    assert names == {"words.learned.weight", "kinds.weight"}


def test_without_matches_there_is_an_error():
    inputs = _inputs(["甲"])
    with pytest.raises(ValueError, match="needs matches"):
        _embedding()(Inputs(inputs.rows, inputs.mask))


def test_what_a_word_is_is_not_among_the_weights():
    assert set(_embedding().state_dict()) == {"words.learned.weight", "words.kept", "kinds.weight"}
