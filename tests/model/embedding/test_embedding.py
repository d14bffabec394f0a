"""The embedding reads a share of the characters as unknown in training, and only there."""

import pytest
import torch
from networks import featurizer_of

from ner.features.channels.vocabulary import PAD_ID, UNKNOWN_ID
from ner.model.embedding import Embedding
from ner.model.inputs import Inputs
from ner.settings import EmbeddingSettings

CHARACTERS = torch.arange(2, 42).repeat(50, 1)  # (50, 40), none of them padding or unknown
WORDS = torch.ones_like(CHARACTERS)


def _embedding(*, segmentation=False, **settings):
    torch.manual_seed(0)
    chosen = EmbeddingSettings(**{"size": 8, "dropout": 0.0, "unknown_rate": 0.0, **settings})
    return Embedding(chosen, featurizer_of(42, segmentation=segmentation))


def _inputs(characters=CHARACTERS, words=WORDS):
    return Inputs({"characters": characters, "words": words}, characters != PAD_ID)


def _table(embedding, name):
    return embedding.parts["channels"].tables[name]


def _unknown(embedding, characters):
    """Where a character has the vector of the unknown one, (batch, length)."""
    torch.manual_seed(1)
    vectors = embedding(_inputs(characters))[..., :8]
    table = _table(embedding, "characters")
    read = (vectors == table.learned.weight[UNKNOWN_ID]).all(dim=-1)
    own = (vectors == table(characters)).all(dim=-1)
    assert (read | own).all()
    return read


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.5])
def test_a_share_of_the_characters_is_read_as_unknown_in_training(rate):
    share = _unknown(_embedding(unknown_rate=rate).train(), CHARACTERS).float().mean()
    assert share.item() == pytest.approx(rate, abs=0.03 * rate**0.5)
    assert rate == 0 or share > 0


def test_no_known_character_is_read_as_unknown_when_tagging():
    assert not _unknown(_embedding(unknown_rate=0.9).eval(), CHARACTERS).any()


def test_padding_is_never_read_as_unknown():
    padded = CHARACTERS.masked_fill(torch.arange(40) >= 25, PAD_ID)
    read = _unknown(_embedding(unknown_rate=0.9).train(), padded)
    assert not read[:, 25:].any()
    assert read[:, :25].float().mean() > 0.8


def test_what_it_is_given_is_not_changed():
    characters = CHARACTERS.clone()
    _embedding(unknown_rate=0.9).train()(_inputs(characters))
    assert torch.equal(characters, CHARACTERS)


@pytest.mark.parametrize(("segmentation", "size"), [(False, 8), (True, 11)])
def test_segmentation_adds_its_size(segmentation, size):
    embedding = _embedding(segmentation=segmentation, segmentation_size=3)
    assert embedding.size == size
    assert embedding(_inputs()).shape == (50, 40, size)


def test_the_place_in_the_word_stands_behind_the_character():
    embedding = _embedding(segmentation=True, segmentation_size=3)
    begins, ends = (embedding(_inputs(words=torch.full_like(WORDS, n))) for n in (1, 3))
    assert torch.equal(begins[..., :8], ends[..., :8])
    assert (begins[..., 8:] != ends[..., 8:]).all()


@pytest.mark.parametrize("training", [True, False])
def test_dropout_acts_in_training_only(training):
    vectors = _embedding(dropout=0.5).train(training)(_inputs())
    assert (vectors == 0).float().mean().item() == pytest.approx(0.5 * training, abs=0.05)


def test_padding_learns_nothing():
    embedding = _embedding(segmentation=True)
    padded = CHARACTERS.masked_fill(torch.arange(40) >= 25, PAD_ID)
    embedding(_inputs(padded, WORDS * (padded != PAD_ID))).sum().backward()
    characters, words = (_table(embedding, name).learned.weight for name in ("characters", "words"))
    assert (characters.grad[PAD_ID] == 0).all()
    assert (words.grad[PAD_ID] == 0).all()
    assert (characters.grad[2:27] != 0).all()
