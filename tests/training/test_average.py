"""The moving average of the weights: its formula, and that without decay it is the last step."""

import pytest
import torch
from networks_in_training import small
from torch import nn

from ner.training.average import Average


def steps(decay, count):
    """The values that one weight and its average take."""
    torch.manual_seed(3)
    network = nn.Linear(1, 1)
    average = Average(network, decay)
    weights, means = [network.weight.item()], [average.network.weight.item()]
    for step in range(count):
        with torch.no_grad():
            network.weight.add_(torch.randn(1, 1))
        average.update(network, step)
        weights.append(network.weight.item())
        means.append(average.network.weight.item())
    return weights, means


def test_without_decay_the_average_is_the_last_step_to_the_bit():
    weights, means = steps(0.0, 20)
    assert means == weights


@pytest.mark.parametrize("decay", [0.5, 0.9, 0.998])
def test_each_step_moves_the_average_by_its_share(decay):
    weights, means = steps(decay, 50)
    for step, (before, after) in enumerate(zip(means, means[1:], strict=False)):
        kept = min(decay, (1 + step) / (10 + step))
        expected = kept * before + (1 - kept) * weights[step + 1]
        assert after == pytest.approx(expected, abs=1e-6)


def test_the_average_is_its_own_network_and_wants_no_gradient():
    network = nn.Linear(2, 2)
    average = Average(network, 0.9)
    assert not any(parameter.requires_grad for parameter in average.network.parameters())
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert average.network.weight is not network.weight
    assert not average.network.training


@pytest.mark.parametrize("decoder", ["crf", "softmax", "seq2seq"])
@pytest.mark.parametrize(
    "attention",
    [
        {"kind": "soft"},
        {"kind": "hard", "estimator": "gumbel"},
        {"kind": "hard", "estimator": "reinforce"},
    ],
    ids=["soft", "gumbel", "reinforce"],
)
def test_what_is_averaged_is_all_that_tagging_reads(attention, decoder):
    """Buffers are not averaged: none that training changes may change the tags."""
    network, inputs, _ = small(attention=attention, decoder=decoder)
    average = Average(network, 0.0)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.05)
    for step in range(3):
        optimiser.zero_grad()
        network(inputs).backward()
        optimiser.step()
        average.update(network, step)
    torch.manual_seed(1)
    expected = network.eval().states(inputs)
    assert torch.equal(average.network.states(inputs), expected)
    assert average.network.decode(inputs).tags == network.decode(inputs).tags
