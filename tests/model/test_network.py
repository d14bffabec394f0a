"""The whole network, with every mechanism: shapes, gradients, and no leak between sentences."""

import numpy as np
import pytest
import torch

from ner.config import ModelSettings
from ner.errors import ConfigError
from ner.features.batch import collate
from ner.features.featurizer import Features
from ner.model.attention import ATTENTIONS
from ner.model.attention.scores import SCORES
from ner.model.decoders import DECODERS
from ner.model.network import Inputs, Network
from ner.tags import illegal_neighbours, tag_set

LABELS = ("人名", "地名")
TAGS = tag_set(LABELS, scheme="BIOES")
LENGTHS = [9, 1, 4, 9, 2]
CHARACTERS = 30
MECHANISMS = ["none", *((kind, score) for kind in ATTENTIONS for score in SCORES)]

every_mechanism = pytest.mark.parametrize("mechanism", MECHANISMS, ids=str)
every_decoder = pytest.mark.parametrize("decoder", DECODERS)


def _settings(mechanism="none", decoder="crf", *, layers=1):
    attention = mechanism
    if mechanism != "none":
        attention = {"kind": mechanism[0], "score": mechanism[1], "heads": 2, "head_size": 4}
    return ModelSettings.model_validate(
        {
            "embedding": {"size": 8, "segmentation_size": 3, "unknown_rate": 0.1},
            "encoder": {"size": 6, "layers": layers},
            "attention": attention,
            "decoder": decoder,
        }
    )


def _network(*choices, segmentation=True, **settings):
    torch.manual_seed(0)
    return Network(
        _settings(*choices, **settings),
        labels=LABELS,
        characters=CHARACTERS,
        segmentation=segmentation,
    )


def _sentences(lengths=LENGTHS):
    """Random features and legal tags."""
    rng = np.random.default_rng(1)
    features = [
        Features(rng.integers(2, CHARACTERS, size=n).tolist(), rng.integers(1, 5, size=n).tolist())
        for n in lengths
    ]
    names = ["B-人名", "E-人名", "S-地名", "O", "O", "B-地名", "I-地名", "E-地名", "O"]
    tags = [names[:n] if n > 1 else ["O"] for n in lengths]
    return features, [[TAGS.index(tag) for tag in sentence] for sentence in tags]


def _inputs(features, tags=None):
    return Inputs.of(collate(features, tags), torch.device("cpu"))


@every_mechanism
@every_decoder
@pytest.mark.parametrize("segmentation", [True, False])
def test_a_batch_has_emissions_a_loss_and_tags(mechanism, decoder, segmentation):
    network = _network(mechanism, decoder, segmentation=segmentation).eval()
    features, tags = _sentences()
    features = [Features(one.characters, one.words if segmentation else []) for one in features]
    inputs = _inputs(features, tags)
    assert network.emissions(inputs).shape == (5, 9, len(TAGS))
    loss = network.loss(inputs)
    assert loss.shape == () and loss > 0
    assert torch.equal(network(inputs), loss)
    found = network.decode(_inputs(features)).tags
    assert [len(sentence) for sentence in found] == LENGTHS
    names = [[TAGS[tag] for tag in sentence] for sentence in found]
    assert not any(illegal_neighbours(sentence, scheme="BIOES") for sentence in names)


@every_mechanism
@every_decoder
@torch.no_grad()
def test_neither_company_nor_padding_changes_a_sentences_tags(mechanism, decoder):
    network = _network(mechanism, decoder).eval()
    features, _ = _sentences()
    together = _inputs(features)
    emissions, decoded = network.emissions(together), network.decode(together)
    for order in ([0], [1], [2, 1], [4, 2, 3], [3, 0]):
        some = _inputs([features[place] for place in order])
        found, tags = network.emissions(some), network.decode(some).tags
        for row, place in enumerate(order):
            own, length = found[row, : LENGTHS[place]], LENGTHS[place]
            torch.testing.assert_close(own, emissions[place, :length], atol=1e-5, rtol=0)
            assert tags[row] == decoded.tags[place]


@every_mechanism
@torch.no_grad()
def test_what_stands_at_padding_changes_nothing(mechanism):
    network, clean = _network(mechanism).eval(), _inputs(*_sentences())
    dirty = Inputs(
        characters=clean.characters.masked_fill(~clean.mask, 7),
        words=clean.words.masked_fill(~clean.mask, 2),
        mask=clean.mask,
        tags=clean.tags.masked_fill(~clean.mask, 3),
    )
    own, other = (network.emissions(inputs)[clean.mask] for inputs in (clean, dirty))
    torch.testing.assert_close(own, other, atol=1e-5, rtol=0)
    torch.testing.assert_close(network.loss(dirty), network.loss(clean))
    assert network.decode(dirty).tags == network.decode(clean).tags


@every_mechanism
@every_decoder
def test_gradients_in_training_mode_reach_every_parameter(mechanism, decoder):
    network = _network(mechanism, decoder, layers=2).train()
    network.loss(_inputs(*_sentences())).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().max() > 0, name


@every_mechanism
def test_it_learns_a_few_sentences_by_heart(mechanism):
    network = _network(mechanism).train()
    features, tags = _sentences([9, 4, 2])
    inputs = _inputs(features, tags)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.05)
    for _ in range(60):
        optimiser.zero_grad()
        network.loss(inputs).backward()
        optimiser.step()
    assert network.eval().decode(inputs).tags == tags


@every_mechanism
def test_training_mode_is_random_and_evaluation_mode_is_not(mechanism):
    network, inputs = _network(mechanism), _inputs(*_sentences())
    losses = {network.train().loss(inputs).item() for _ in range(3)}
    assert len(losses) == 3
    assert len({network.eval().loss(inputs).item() for _ in range(3)}) == 1


def _refuse(*_):
    raise AssertionError("the loss decodes")


@every_mechanism
def test_the_loss_never_decodes(mechanism, monkeypatch):
    monkeypatch.setattr("ner.model.decoders.crf.Lattice", _refuse)
    network, inputs = _network(mechanism), _inputs(*_sentences())
    network.train().loss(inputs).backward()
    with pytest.raises(AssertionError, match="the loss decodes"):
        network.eval().decode(inputs)


def test_decoding_keeps_no_graph():
    inputs = _inputs(*_sentences())
    network = _network().eval()
    assert network.emissions(inputs).requires_grad
    assert network.decode(inputs).tags


def test_a_loss_without_tags_is_refused():
    features, _ = _sentences()
    with pytest.raises(ValueError, match="a loss needs tags"):
        _network().loss(_inputs(features))


def test_inputs_hold_what_the_batch_holds():
    batch = collate(*_sentences())
    inputs = Inputs.of(batch, torch.device("cpu"))
    for name in ("characters", "words", "mask", "tags"):
        np.testing.assert_array_equal(getattr(inputs, name).numpy(), getattr(batch, name))


def test_without_attention_there_is_nothing_of_it():
    names = [name for name, _ in _network("none").named_parameters()]
    assert not any(name.startswith(("attention", "norm")) for name in names)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ((("sofd", "dot"),), "unknown attention 'sofd' .*soft.*; did you mean 'soft'"),
        ((("soft", "relativ"),), "unknown attention score 'relativ' .*; did you mean 'relative'"),
        (("none", "crff"), "unknown decoder 'crff' .*crf.*; did you mean 'crf'"),
        (("none", "xyz"), r"unknown decoder 'xyz' \(known: .*crf[^;]*\)$"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones_and_the_nearest(choices, message):
    with pytest.raises(ConfigError, match=message):
        _network(*choices)
