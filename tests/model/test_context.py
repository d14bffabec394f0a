"""What stands before a sentence is attended to, by every mechanism, and leaks nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from networks import (
    CHARACTERS,
    LENGTHS,
    every_decoder,
    every_mechanism,
    inputs_of,
    network_of,
    rows_of,
)
from networks import sentences as plain

from ner.features.batch import collate

BEFORE = [6, 3, 0, 8, 1]  # characters before each sentence; before the third stands nothing
LOOKING = {
    "soft",
    "sparse-1.5",
    "location-predicted",
    "stack",
}  # at whole contexts, by soft weights


def sentences(before=BEFORE):
    """The sentences with random contexts, whose characters they do not have themselves."""
    features, tags = plain()
    rng = np.random.default_rng(2)
    own = {number for one in features for number in one.rows["characters"]}
    others = sorted(set(range(2, CHARACTERS)) - own)
    assert others
    contexts = [
        rows_of(rng.choice(others, size=n).tolist(), rng.integers(1, 5, size=n).tolist())
        for n in before
    ]
    pairs = zip(features, contexts, strict=True)
    return [replace(one, context=around or None) for one, around in pairs], tags


def _alone(features, place):
    return inputs_of([features[place]])


@every_mechanism
@torch.no_grad()
def test_a_sentence_with_its_context_has_the_same_states_alone(mechanism):
    network, (features, _) = network_of(mechanism).eval(), sentences()
    together = network.states(inputs_of(features))
    for place, length in enumerate(LENGTHS):
        alone = network.states(_alone(features, place))[0]
        torch.testing.assert_close(together[place, :length], alone, atol=1e-5, rtol=0)


@every_decoder
@torch.no_grad()
def test_a_sentence_with_its_context_is_decoded_as_in_a_batch(decoder):
    network, (features, _) = network_of("soft", decoder).eval(), sentences()
    together = network.decode(inputs_of(features)).tags
    for place in range(len(LENGTHS)):
        assert network.decode(_alone(features, place)).tags == together[place : place + 1]


@every_mechanism
@torch.no_grad()
def test_a_sentence_without_context_is_as_if_none_had_any(mechanism):
    network, (features, _) = network_of(mechanism).eval(), sentences()
    among = network.states(inputs_of(features))[2, : LENGTHS[2]]
    without = network.states(inputs_of(plain()[0]))[2, : LENGTHS[2]]
    torch.testing.assert_close(among, without, atol=1e-5, rtol=0)


@every_mechanism
@torch.no_grad()
def test_what_stands_at_the_contexts_padding_changes_nothing(mechanism):
    network, clean = network_of(mechanism).eval(), inputs_of(sentences()[0])
    around = clean.context
    at_padding = {"characters": 7, "words": 2}
    dirty = replace(
        around,
        rows={
            name: row.masked_fill(~around.mask, at_padding[name])
            for name, row in around.rows.items()
        },
    )
    states = network.states(clean)[clean.mask]
    other = network.states(replace(clean, context=dirty))[clean.mask]
    torch.testing.assert_close(other, states, atol=1e-5, rtol=0)


@every_mechanism
@torch.no_grad()
def test_weights_reach_over_the_context_and_sum_to_one(mechanism):
    network, inputs = network_of(mechanism).eval(), inputs_of(sentences()[0])
    found = network.weights(inputs)
    assert len(found) == len(network.attention)
    turned = torch.arange(8) >= 8 - torch.tensor(BEFORE)[:, None]  # it ends where they begin
    real = torch.cat([turned, inputs.mask], dim=1)
    for weights in found:
        assert weights.shape == (5, 2, 9, 8 + 9)
        sums = weights.sum(dim=-1).transpose(1, 2)[inputs.mask]
        torch.testing.assert_close(sums, torch.ones_like(sums))
        assert (weights[~real[:, None, None].expand_as(weights)] == 0).all()


@every_mechanism
@torch.no_grad()
def test_weights_without_context_are_of_the_sentence_itself(mechanism):
    network, inputs = network_of(mechanism).eval(), inputs_of(plain()[0])
    for weights in network.weights(inputs):
        assert weights.shape == (5, 2, 9, 9)
        sums = weights.sum(dim=-1).transpose(1, 2)[inputs.mask]
        torch.testing.assert_close(sums, torch.ones_like(sums))


def _moved(network, features):
    """Where the first sentence's states change with its context, a flag a character."""
    other = replace(features[0], context=features[3].context)
    states, changed = (network.states(inputs_of([one]))[0] for one in (features[0], other))
    return (states != changed).any(dim=-1)


@pytest.mark.parametrize("mechanism", sorted(LOOKING))
@torch.no_grad()
def test_another_context_changes_every_character(mechanism):
    network, (features, _) = network_of(mechanism).eval(), sentences()
    assert _moved(network, features).all()


@torch.no_grad()
def test_a_window_sees_the_end_of_the_context_only():
    network, (features, _) = network_of("windowed").eval(), sentences()
    moved = _moved(network, features)
    assert moved[:2].all() and not moved[2:].any()


@torch.no_grad()
def test_without_attention_the_context_is_not_looked_at():
    network, (features, _) = network_of("none").eval(), sentences()
    assert not _moved(network, features).any()


@pytest.mark.parametrize("mechanism", ["soft", "stack"])
def test_the_contexts_characters_learn(mechanism):
    network, (features, tags) = network_of(mechanism).eval(), sentences()
    network.loss(inputs_of(features, tags)).backward()
    reached = (
        network.embedding.parts["channels"]
        .tables["characters"]
        .learned.weight.grad.abs()
        .sum(dim=1)
        > 0
    )
    around = {
        number for one in features if one.context for number in one.context.rows["characters"]
    }
    assert reached[list(around)].all()


@every_mechanism
@every_decoder
def test_gradients_with_context_are_finite(mechanism, decoder):
    network, (features, tags) = network_of(mechanism, decoder).train(), sentences()
    network.loss(inputs_of(features, tags)).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), name


def test_inputs_hold_the_batchs_context():
    batch = collate(*sentences())
    inputs = inputs_of(*sentences())
    np.testing.assert_array_equal(inputs.context.mask.numpy(), batch.context.mask)
    assert inputs.context.rows.keys() == batch.context.rows.keys() == {"characters", "words"}
    for name, row in inputs.context.rows.items():
        np.testing.assert_array_equal(row.numpy(), batch.context.rows[name])
    assert inputs.context.context is None and inputs.context.tags is None
