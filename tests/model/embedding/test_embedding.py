"""The embedding reads a share of the characters as unknown in training, and only there."""

import pytest
import torch
from networks import featurizer_of, full_featurizer, inputs_of

from ner.errors import ConfigError
from ner.features.channels.vocabulary import PAD_ID, UNKNOWN_ID
from ner.features.featurizer import Featurizer
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


# Dropout of whole characters.


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_a_share_of_the_characters_is_dropped_whole_in_training(rate):
    embedding = _embedding(segmentation=True, character_dropout=rate).train()
    plain = embedding.eval()(_inputs())
    vectors = embedding.train()(_inputs())
    dropped = (vectors == 0).all(dim=-1)  # (batch, length)
    assert dropped.float().mean().item() == pytest.approx(rate, abs=0.05)
    torch.testing.assert_close(vectors[~dropped], plain[~dropped])


def test_no_character_is_dropped_when_tagging():
    plain, dropping = (_embedding(character_dropout=rate).eval() for rate in (0.0, 0.9))
    assert torch.equal(dropping(_inputs()), plain(_inputs()))


# What there is to see characters by.


def test_without_anything_to_see_characters_by_there_is_an_error():
    with pytest.raises(ConfigError, match=r"model\.embedding: got size 0"):
        _embedding(size=0)


def test_places_in_words_alone_will_do():
    embedding = _embedding(size=0, segmentation=True, segmentation_size=3)
    assert embedding(_inputs()).shape == (50, 40, 3)
    assert list(embedding.parts["channels"].tables) == ["words"]


def test_a_lexicon_alone_will_do():
    featurizer = full_featurizer()
    channels = {"characters": featurizer.channels["characters"]}
    alone = Featurizer(featurizer.settings, channels, {}, featurizer.lexicon)
    settings = EmbeddingSettings(size=0, lexicon_size=0, kind_size=2)
    embedding = Embedding(settings, alone)
    assert list(embedding.parts) == ["lexicon"]
    assert embedding(inputs_of([alone("青禾书店")])).shape == (1, 4, 8)


def test_the_size_is_that_of_all_parts_side_by_side():
    sizes = {"size": 8, "segmentation_size": 3, "bigram_size": 5, "lexicon_size": 2, "kind_size": 1}
    featurizer = full_featurizer()
    embedding = Embedding(EmbeddingSettings(**sizes), featurizer)
    assert embedding.size == 8 + 3 + 5 + 4 * (2 + 1)
    vectors = embedding(inputs_of([featurizer("陶小满在青禾书店")]))
    assert vectors.shape == (1, 8, embedding.size)


def test_characters_and_bigrams_are_read_as_unknown_and_places_in_words_are_not():
    featurizer = full_featurizer()
    settings = EmbeddingSettings(size=4, bigram_size=4, dropout=0, unknown_rate=0.999)
    embedding = Embedding(settings, featurizer).train()
    inputs = inputs_of([featurizer("陶小满在青禾书店等雨停" * 9)])
    joined = embedding.parts["channels"](inputs)[0]  # (length, size)
    shown = dict(zip(("characters", "words", "bigrams"), joined.split([4, 20, 4], 1), strict=True))
    for name in ("characters", "bigrams"):
        read = (shown[name] == _table(embedding, name).learned.weight[UNKNOWN_ID]).all(dim=-1)
        assert read.float().mean() > 0.95
    assert torch.equal(shown["words"], _table(embedding, "words")(inputs.rows["words"][0]))


def test_a_projection_brings_the_vectors_down_and_learns():
    torch.manual_seed(0)
    embedding = _embedding(segmentation=True, projection=5).eval()
    inputs = _inputs()
    vectors = embedding(inputs)
    assert embedding.size == vectors.shape[-1] == 5
    joined = torch.cat([part(inputs) for part in embedding.parts.values()], dim=-1)
    by_hand = joined @ embedding.projection.weight.T + embedding.projection.bias
    assert torch.allclose(vectors, by_hand, atol=1e-6)
    vectors.sum().backward()
    assert embedding.projection.weight.grad.any()
