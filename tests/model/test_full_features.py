"""A network that sees every channel and a lexicon: what it learns from, and that nothing leaks."""

import json
from dataclasses import replace

import pytest
import torch
from networks import LABELS, TAGS, TEXTS, full_featurizer, inputs_of
from rows import plain, reread

from ner.errors import ModelError
from ner.features.featurizer import Featurizer
from ner.model.folder import (
    FEATURES,
    Description,
    build_network,
    load_network,
    read_description,
    write_description,
    write_weights,
)
from ner.model.inputs import WordMatches
from ner.model.network import Network
from ner.settings import ModelSettings

SIZES = {"size": 6, "segmentation_size": 3, "bigram_size": 4, "lexicon_size": 3, "kind_size": 2}
SETTINGS = ModelSettings.model_validate(
    {
        "embedding": {**SIZES, "unknown_rate": 0.2, "character_dropout": 0.1},
        "encoder": {"size": 6},
        "attention": {"heads": 2, "head_size": 4},
    }
)


@pytest.fixture(scope="module")
def featurizer():
    return full_featurizer()


@pytest.fixture
def network(featurizer):
    torch.manual_seed(0)
    made = Network(SETTINGS, labels=LABELS, featurizer=featurizer)
    for name, buffer in made.named_buffers():
        if name.endswith("kept"):
            buffer.normal_()  # as vectors would have filled it
    return made


def _features(featurizer, *, context=False):
    """Of all texts; with ``context`` each but the first has the one before it."""
    before = ["", *TEXTS[:-1]] if context else [""] * len(TEXTS)
    return [featurizer(*pair) for pair in zip(TEXTS, before, strict=True)]


def _tags():
    return [[TAGS.index("O")] * len(text) for text in TEXTS]


@pytest.mark.parametrize("context", [False, True])
def test_gradients_in_training_mode_reach_every_parameter(network, featurizer, context):
    network.train().loss(inputs_of(_features(featurizer, context=context), _tags())).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().max() > 0, name


def test_kept_vectors_are_no_parameters(network):
    kept = {name for name, _ in network.named_buffers() if name.endswith("kept")}
    assert len(kept) == 4  # of three channels and the words
    assert not kept & {name for name, _ in network.named_parameters()}


@pytest.mark.parametrize("context", [False, True])
@torch.no_grad()
def test_neither_company_nor_padding_changes_a_sentences_tags(network, featurizer, context):
    features = _features(featurizer, context=context)
    together = inputs_of(features)
    states, decoded = network.eval().states(together), network.decode(together)
    for order in ([3], [4, 1], [2, 0, 3], [1, 2]):
        some = inputs_of([features[place] for place in order])
        found, tags = network.states(some), network.decode(some).tags
        for row, place in enumerate(order):
            length = len(TEXTS[place])
            own, expected = found[row, :length], states[place, :length]
            torch.testing.assert_close(own, expected, atol=1e-5, rtol=0)
            assert tags[row] == decoded.tags[place]


def _dirtied(clean):
    """Something else at padding: other numbers, and words around it."""
    rows = {name: row.masked_fill(~clean.mask, 3) for name, row in clean.rows.items()}
    padding = (~clean.mask).flatten().nonzero().flatten()
    more = WordMatches(
        words=torch.cat([clean.matches.words, torch.zeros_like(padding)]),
        slots=torch.cat([clean.matches.slots, 4 * padding + 1]),
        weights=torch.cat([clean.matches.weights, torch.ones(len(padding))]),
    )
    around = None if clean.context is None else _dirtied(clean.context)
    return replace(clean, rows=rows, matches=more, context=around)


@pytest.mark.parametrize("context", [False, True])
@torch.no_grad()
def test_what_stands_at_padding_changes_nothing(network, featurizer, context):
    clean = inputs_of(_features(featurizer, context=context), _tags())
    own, other = (network.eval().states(one)[clean.mask] for one in (clean, _dirtied(clean)))
    torch.testing.assert_close(own, other, atol=1e-5, rtol=0)
    torch.testing.assert_close(network.loss(_dirtied(clean)), network.loss(clean))


@pytest.mark.parametrize("part", ["characters", "words", "bigrams", "matches"])
@torch.no_grad()
def test_every_feature_is_seen(network, featurizer, part):
    clean = inputs_of(_features(featurizer))
    if part == "matches":
        other = replace(clean, matches=replace(clean.matches, weights=2 * clean.matches.weights))
    else:
        other = replace(clean, rows={**clean.rows, part: clean.rows[part].clamp(max=2)})
    assert not torch.allclose(network.eval().states(clean), network.states(other))


def test_a_saved_model_gives_the_same_emissions(network, featurizer, tmp_path):
    description = Description(SETTINGS, LABELS, featurizer)
    write_description(tmp_path, description)
    write_weights(tmp_path, network)
    again = read_description(tmp_path)
    assert plain(again.featurizer.to_dict()) == plain(featurizer.to_dict())
    loaded = load_network(tmp_path, again)
    for context in (False, True):
        own = network.eval().emissions(inputs_of(_features(featurizer, context=context)))
        other = loaded.emissions(inputs_of(_features(again.featurizer, context=context)))
        assert torch.equal(own, other)


def test_a_saved_model_lists_all_that_the_network_needs(network, featurizer):
    again = Featurizer.from_dict(reread(featurizer.to_dict()))
    built = build_network(Description(SETTINGS, LABELS, again))
    shapes = {name: value.shape for name, value in network.state_dict().items()}
    assert {name: value.shape for name, value in built.state_dict().items()} == shapes
    assert list(again.channels) == list(featurizer.channels)


def test_a_featurizer_for_other_windows_sees_the_same(featurizer):
    text = TEXTS[0]
    own, other = featurizer(text), featurizer.seeing(64)(text)
    assert plain(own.rows) == plain(other.rows)
    assert own.matches.words.tolist() == other.matches.words.tolist()


@pytest.mark.parametrize(
    "lexicon", [{}, [], {"words": ["雨"], "names": ["n"], "known": 0}, {"known": 0}]
)
def test_a_damaged_lexicon_is_an_error_that_names_a_file(featurizer, tmp_path, lexicon):
    write_description(tmp_path, Description(SETTINGS, LABELS, featurizer))
    content = json.loads((tmp_path / FEATURES).read_text(encoding="utf-8"))
    (tmp_path / FEATURES).write_text(json.dumps({**content, "lexicon": lexicon}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"features\.(json|safetensors): damaged"):
        read_description(tmp_path)
