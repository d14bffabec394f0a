"""The whole network, with every mechanism and decoder: shapes, gradients, no leak of sentences."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from networks import (
    LABELS,
    LENGTHS,
    TAGS,
    every_decoder,
    every_mechanism,
    featurizer_of,
    inputs_of,
    network_of,
    sentences,
)
from torch import nn

from ner.errors import ConfigError
from ner.features.batch import collate
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.settings import ModelSettings
from ner.tags import illegal_neighbours


def _legal(decoded):
    names = [[TAGS[tag] for tag in sentence] for sentence in decoded.tags]
    return not any(illegal_neighbours(sentence, scheme="BIOES") for sentence in names)


@every_mechanism
@every_decoder
def test_a_batch_has_states_a_loss_and_legal_tags(mechanism, decoder):
    network, (features, tags) = network_of(mechanism, decoder).eval(), sentences()
    inputs = inputs_of(features, tags)
    assert network.states(inputs).shape == (5, 9, 6)
    loss = network.loss(inputs)
    assert loss.shape == () and loss > 0
    assert torch.equal(network(inputs), loss)
    decoded = network.decode(inputs_of(features))
    assert [len(sentence) for sentence in decoded.tags] == LENGTHS
    assert _legal(decoded)


@every_decoder
def test_segmentation_can_be_left_out(decoder):
    network = network_of("soft", decoder, segmentation=False).eval()
    inputs = inputs_of(*sentences(segmentation=False))
    assert network.loss(inputs) > 0
    assert _legal(network.decode(inputs))


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_a_linear_chain_has_emissions(decoder):
    assert network_of("soft", decoder).emissions(inputs_of(*sentences())).shape == (5, 9, len(TAGS))


def test_what_writes_its_tags_has_no_emissions():
    with pytest.raises(TypeError, match="Seq2SeqDecoder has no emissions"):
        network_of("soft", "seq2seq").emissions(inputs_of(*sentences()))


@every_mechanism
@every_decoder
@torch.no_grad()
def test_neither_company_nor_padding_changes_a_sentences_tags(mechanism, decoder):
    network, (features, _) = network_of(mechanism, decoder).eval(), sentences()
    together = inputs_of(features)
    states, decoded = network.states(together), network.decode(together)
    for order in ([1], [2, 1], [4, 2, 3]):
        some = inputs_of([features[place] for place in order])
        found, tags = network.states(some), network.decode(some).tags
        for row, place in enumerate(order):
            own, length = found[row, : LENGTHS[place]], LENGTHS[place]
            torch.testing.assert_close(own, states[place, :length], atol=1e-5, rtol=0)
            assert tags[row] == decoded.tags[place]


def _dirtied(clean):
    """Something else at padding."""
    return Inputs(
        rows={
            "characters": clean.rows["characters"].masked_fill(~clean.mask, 7),
            "words": clean.rows["words"].masked_fill(~clean.mask, 2),
        },
        mask=clean.mask,
        tags=None if clean.tags is None else clean.tags.masked_fill(~clean.mask, 3),
        context=None if clean.context is None else _dirtied(clean.context),
    )


@every_mechanism
@every_decoder
@torch.no_grad()
def test_what_stands_at_padding_changes_nothing(mechanism, decoder):
    network, clean = network_of(mechanism, decoder).eval(), inputs_of(*sentences())
    own, other = (network.states(inputs)[clean.mask] for inputs in (clean, _dirtied(clean)))
    torch.testing.assert_close(own, other, atol=1e-5, rtol=0)
    torch.testing.assert_close(network.loss(_dirtied(clean)), network.loss(clean))
    assert network.decode(_dirtied(clean)).tags == network.decode(clean).tags


@every_mechanism
@every_decoder
def test_gradients_in_training_mode_reach_every_parameter(mechanism, decoder):
    network = network_of(mechanism, decoder, layers=2).train()
    network.loss(inputs_of(*sentences())).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().max() > 0, name


def _learned(network, *, steps=60, look=15):
    """Whether it gives a few sentences' tags after it was trained by nothing else.

    After every ``look`` steps it is asked for them, and it goes on only if they are not right.
    """
    for part in network.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.1  # half of so few numbers is too much for softmax
    features, tags = sentences([9, 4, 2])
    inputs = inputs_of(features, tags)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.05)
    for step in range(1, steps + 1):
        optimiser.zero_grad()
        network.train().loss(inputs).backward()
        optimiser.step()
        if step % look == 0 and network.eval().decode(inputs).tags == tags:
            return True
    return False


@every_mechanism
def test_it_learns_a_few_sentences_by_heart(mechanism):
    assert _learned(network_of(mechanism))


@every_decoder
def test_with_every_decoder_it_learns_a_few_sentences_by_heart(decoder):
    assert _learned(network_of("soft", decoder))


@every_mechanism
@every_decoder
@torch.no_grad()
def test_training_mode_is_random_and_evaluation_mode_is_not(mechanism, decoder):
    network, inputs = network_of(mechanism, decoder), inputs_of(*sentences())
    losses = {network.train().loss(inputs).item() for _ in range(3)}
    assert len(losses) == 3
    assert len({network.eval().loss(inputs).item() for _ in range(3)}) == 1


# The loss.


@every_mechanism
@every_decoder
@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@torch.no_grad()
def test_the_losss_value_is_the_mean_of_the_decoders_losses(mechanism, decoder, training):
    network, inputs = network_of(mechanism, decoder).train(training), inputs_of(*sentences())
    again = deepcopy(network)
    torch.manual_seed(5)
    loss = network.loss(inputs)
    torch.manual_seed(5)
    losses = again.decoder.losses(again.states(inputs), inputs.mask, inputs.tags)
    assert losses.shape == (5,)
    torch.testing.assert_close(loss, losses.mean())


def _gradient(loss, network):
    return torch.autograd.grad(loss, network.attention[0].mechanism.queries.weight)[0]


def test_a_choice_that_hides_its_gradient_learns_by_its_term():
    network, inputs = network_of("hard-reinforce").train(), inputs_of(*sentences())
    losses = network.decoder.losses(network.states(inputs), inputs.mask, inputs.tags)
    unused = network.attention[0].mechanism.queries.weight
    assert torch.autograd.grad(losses.mean(), unused, allow_unused=True) == (None,)
    assert (_gradient(network.loss(inputs), network) != 0).any()


@pytest.mark.parametrize("mechanism", ["hard-reinforce", "location_hard-reinforce"])
def test_a_loss_knows_nothing_of_what_ran_before_it(mechanism):
    network, inputs = network_of(mechanism).train(), inputs_of(*sentences())
    other = deepcopy(network)
    other.states(inputs_of(*sentences([3, 7])))  # notes its draws, and no loss follows
    gradients = []
    for one in (network, other):
        torch.manual_seed(5)
        gradients.append(_gradient(one.loss(inputs), one))
    assert torch.equal(*gradients)


def _refuse(*_, **__):
    raise AssertionError("the loss decodes")


@every_decoder
def test_the_loss_never_decodes(decoder, monkeypatch):
    monkeypatch.setattr("ner.model.decoders.linear.Lattice", _refuse)
    monkeypatch.setattr("ner.model.decoders.seq2seq.search", _refuse)
    network, inputs = network_of("soft", decoder), inputs_of(*sentences())
    network.train().loss(inputs).backward()
    with pytest.raises(AssertionError, match="the loss decodes"):
        network.eval().decode(inputs)


def test_decoding_keeps_no_graph():
    inputs = inputs_of(*sentences())
    network = network_of().eval()
    assert network.emissions(inputs).requires_grad
    assert network.decode(inputs).tags


def test_a_loss_without_tags_is_refused():
    features, _ = sentences()
    with pytest.raises(ValueError, match="a loss needs tags"):
        network_of().loss(inputs_of(features))


def test_inputs_hold_what_the_batch_holds():
    batch = collate(*sentences())
    inputs = Inputs.of(batch, torch.device("cpu"))
    for name in ("mask", "tags"):
        np.testing.assert_array_equal(getattr(inputs, name).numpy(), getattr(batch, name))
    assert inputs.rows.keys() == batch.rows.keys() == {"characters", "words"}
    for name, row in inputs.rows.items():
        np.testing.assert_array_equal(row.numpy(), batch.rows[name])


def test_without_attention_there_is_nothing_of_it():
    names = [name for name, _ in network_of("none").named_parameters()]
    assert not any(name.startswith(("attention", "norm")) for name in names)
    assert network_of("none").weights(inputs_of(*sentences())) == []


def test_a_stack_has_a_layer_for_each_mechanism():
    kinds = [layer.mechanism.__class__.__name__ for layer in network_of("stack").attention]
    assert kinds == ["SoftAttention", "WindowedAttention"]


def test_an_unknown_score_is_answered_with_the_known_ones_and_the_nearest():
    settings = ModelSettings.model_validate({"attention": {"score": "relativ"}})
    with pytest.raises(ConfigError, match="unknown attention score 'relativ' .*mean 'relative'"):
        Network(settings, labels=LABELS, featurizer=featurizer_of())
