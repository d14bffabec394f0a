"""Consistency of changed texts with what they were: its value, its gradient, its limits."""

from dataclasses import replace

import pytest
import torch
from networks_in_training import small

from ner.model.decoders.chain import log_partition
from ner.model.decoders.marginals import marginals
from ner.model.inputs import CleanInputs

LINEAR = pytest.mark.parametrize("decoder", ["crf", "softmax"])
STILL = {"embedding": {"size": 6, "bigram_size": 4, "dropout": 0, "unknown_rate": 0}}
STILL |= {"encoder": {"size": 8, "dropout": 0}}


def moved(inputs):
    """The same sentences with other characters."""
    rows = {name: torch.where(row > 0, row % 9 + 2, 0) for name, row in inputs.rows.items()}
    return replace(inputs, rows=rows, tags=None)


def with_clean(inputs, clean, places=None):
    rows = torch.arange(len(inputs.mask))
    return replace(inputs, clean=(CleanInputs(clean, rows, places),))


def everywhere(inputs):
    places = torch.arange(inputs.mask.shape[1]).expand_as(inputs.mask)
    return torch.where(inputs.mask, places, -1)


def enumerated(decoder, emissions):
    """The log-probabilities of all paths of one sentence."""
    length, tags = emissions.shape
    paths = torch.cartesian_prod(*[torch.arange(tags)] * length).reshape(-1, length)
    scores = emissions[torch.arange(length), paths].sum(dim=1)
    if hasattr(decoder, "crf"):
        chain = decoder.crf
        scores = scores + chain.start_transitions[paths[:, 0]] + chain.end_transitions[paths[:, -1]]
        scores = scores + chain.transitions[paths[:, :-1], paths[:, 1:]].sum(dim=1)
    return scores.log_softmax(dim=0)


@LINEAR
def test_it_is_the_divergence_of_whole_paths(decoder):
    network, _, _ = small(decoder=decoder)
    own = network.decoder.double()
    states, clean = torch.randn(2, 1, 3, 8, dtype=torch.float64)
    q, p = (enumerated(own, own.emissions(one)[0]) for one in (states, clean))
    found = own.departures(states, clean, torch.ones(1, 3, dtype=torch.bool))
    torch.testing.assert_close(found[0], (p.exp() * (p - q).clamp(-999, 999)).sum())


@LINEAR
@pytest.mark.parametrize("whole", [True, False])
def test_the_gradient_is_that_of_the_changed_side_alone(decoder, whole):
    network, inputs, _ = small(decoder=decoder)
    own, mask = network.decoder.double(), inputs.mask[:2, :4]
    states, clean = torch.randn(2, 2, 4, 8, dtype=torch.float64)
    weight = own.linear.weight.detach().clone()
    target = own.emissions(clean).detach()
    changed = own.emissions

    def departed(states, weight):
        own.linear.weight.data.copy_(weight.detach())
        emitted = states @ weight.T + own.linear.bias
        own.emissions = lambda one: target if one is clean else emitted
        places = everywhere(replace(inputs, mask=mask))
        if whole:
            return own.departures(states, clean, mask)
        return own.departures_in_part(states, mask, clean, mask, places)

    given = (states.requires_grad_(), weight.requires_grad_())
    assert torch.autograd.gradcheck(departed, given)
    own.emissions = changed
    clean.requires_grad_()
    own.departures(states, clean, mask).sum().backward()
    assert clean.grad is None or not clean.grad.any()


def test_transitions_are_drawn_towards_those_of_the_clean_side():
    network, inputs, _ = small(decoder="crf")
    own, mask = network.decoder.double(), inputs.mask
    states, clean = torch.randn(2, *mask.shape, 8, dtype=torch.float64)
    scores = own.crf.transitions
    fixed = own.departures(states, clean, mask).sum()
    (slope,) = torch.autograd.grad(fixed, scores)
    place, step = (0, 0), 1e-6
    paths = marginals(own.emissions(clean), mask, **own._chain)

    def cross_entropy():
        emitted = own.emissions(states)
        return (
            log_partition(emitted, mask, **own._chain) - paths.expected(emitted, **own._chain)
        ).sum()

    with torch.no_grad():
        scores[place] += step
        higher = cross_entropy()
        scores[place] -= 2 * step
        lower = cross_entropy()
        scores[place] += step
    assert slope[place] == pytest.approx(float((higher - lower) / (2 * step)), rel=1e-4)


@LINEAR
@pytest.mark.parametrize("whole", [True, False])
def test_equal_texts_add_nothing_and_others_do(decoder, whole):
    network, inputs, _ = small(decoder=decoder, **STILL)
    plain = network(inputs)
    places = None if whole else everywhere(inputs)
    same = with_clean(inputs, replace(inputs, tags=None), places)
    torch.testing.assert_close(network(same, 0.0, 5.0), plain)
    assert network(with_clean(inputs, moved(inputs), places), 0.0, 5.0) > plain + 1e-4


@LINEAR
def test_a_weight_of_nothing_is_the_loss_as_it_was_to_the_bit(decoder):
    network, inputs, _ = small(decoder=decoder)
    both = []
    for given in (inputs, with_clean(inputs, moved(inputs))):
        torch.manual_seed(3)
        network.zero_grad()
        network(given, 0.5).backward()
        both.append([p.grad.clone() for p in network.parameters() if p.grad is not None])
    assert all(map(torch.equal, *both))


def test_only_changed_sentences_count_and_places_that_lack_a_character_do_not():
    network, inputs, _ = small(decoder="softmax", **STILL)
    clean = moved(inputs)
    states = network.states(clean).detach()
    seen = network.states(inputs)
    apart = network.decoder.departures(seen, states, inputs.mask)
    rows = torch.tensor([2])
    row = replace(clean, rows={k: v[rows] for k, v in clean.rows.items()}, mask=clean.mask[rows])
    one = replace(inputs, clean=(CleanInputs(row, rows),))
    expected = network(inputs) + 2.0 * apart[2] / 3
    torch.testing.assert_close(network(one, 0.0, 2.0), expected.float())
    nowhere = torch.full_like(everywhere(inputs), -1)
    torch.testing.assert_close(
        network(with_clean(inputs, clean, nowhere), 0.0, 9.0), network(inputs)
    )


def test_a_decoder_that_writes_tags_cannot_compare_texts():
    network, inputs, _ = small(decoder="seq2seq")
    with pytest.raises(TypeError, match="Seq2SeqDecoder cannot compare"):
        network(with_clean(inputs, moved(inputs)), 0.0, 1.0)
