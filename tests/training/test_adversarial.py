"""FGM: the sum of two gradients, as by hand, and weights that are put back to the bit."""

from copy import deepcopy

import pytest
import torch
from accelerate import Accelerator
from networks_in_training import small
from torch import nn

from ner.settings import TrainingSettings
from ner.training.adversarial import tables, twice
from ner.training.step import add_gradients

NOISELESS = {"embedding": {"size": 6, "dropout": 0, "unknown_rate": 0}, "encoder": {"size": 8}}
ON = TrainingSettings(adversarial=0.5)


@pytest.fixture
def accelerator():
    return Accelerator(cpu=True)


def gradients(network):
    return {name: p.grad.clone() for name, p in network.named_parameters() if p.grad is not None}


def by_hand(network, inputs, distance):
    """The gradients of the loss here and of the loss at the moved tables."""
    network = deepcopy(network)
    torch.manual_seed(7)
    network(inputs).backward()
    moved = [p for name, p in network.named_parameters() if name.endswith("learned.weight")]
    length = sum((p.grad.double() ** 2).sum() for p in moved).sqrt()
    with torch.no_grad():
        for p in moved:
            p += (distance * p.grad / length).float()
    network(inputs).backward()
    return gradients(network)


def test_the_gradients_are_those_of_both_losses_added_by_hand(accelerator):
    network, inputs, _ = small()
    expected = by_hand(network, inputs, 0.5)
    torch.manual_seed(7)
    add_gradients(network, accelerator, inputs, ON)
    assert network.training
    found = gradients(network)
    assert found.keys() == expected.keys()
    for name, value in found.items():
        torch.testing.assert_close(value, expected[name], msg=name)


def test_the_second_pass_matters_and_the_loss_told_is_the_first_ones(accelerator):
    network, inputs, _ = small()
    torch.manual_seed(7)
    plain = add_gradients(network, accelerator, inputs, TrainingSettings())
    once = gradients(network)
    network.zero_grad()
    torch.manual_seed(7)
    loss = add_gradients(network, accelerator, inputs, ON)
    assert torch.equal(loss, plain)
    assert not loss.requires_grad
    assert all(not torch.allclose(value, 2 * once[n]) for n, value in gradients(network).items())


def test_the_weights_are_put_back_to_the_bit(accelerator):
    network, inputs, _ = small()
    before = deepcopy(network.state_dict())
    for _ in range(5):
        add_gradients(network, accelerator, inputs, ON)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_the_weights_are_put_back_when_the_second_pass_fails():
    network, inputs, _ = small()
    before = deepcopy(network.state_dict())
    passes = []

    def backward():
        if passes:
            assert not torch.equal(
                tables(network)[0],
                before["embedding.parts.channels.tables.characters.learned.weight"],
            )
            raise MemoryError
        passes.append(network(inputs))
        passes[0].backward()
        return passes[0].detach()

    with pytest.raises(MemoryError):
        twice(backward, tables(network), distance=1.0)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_the_moved_tables_do_harm():
    network, inputs, _ = small(**NOISELESS)
    network.eval()
    losses = []

    def backward():
        loss = network(inputs)
        loss.backward()
        losses.append(loss.item())
        return loss.detach()

    twice(backward, tables(network), distance=0.1)
    assert losses[1] > losses[0]


def test_all_tables_are_moved_by_epsilon_together():
    network, inputs, _ = small()
    weights = tables(network)
    before = [weight.detach().clone() for weight in weights]
    lengths = []

    def backward():
        moves = [now - then for now, then in zip(weights, before, strict=True)]
        lengths.append(torch.cat([move.flatten() for move in moves]).norm().item())
        loss = network(inputs)
        loss.backward()
        return loss.detach()

    twice(backward, weights, distance=0.25)
    assert lengths == pytest.approx([0, 0.25], abs=1e-4)


def test_earlier_batches_gradients_do_not_turn_the_move(accelerator):
    network, inputs, _ = small()
    expected = by_hand(network, inputs, 0.5)
    for parameter in network.parameters():
        parameter.grad = torch.full_like(parameter, 3.0)
    torch.manual_seed(7)
    add_gradients(network, accelerator, inputs, ON)
    for name, value in gradients(network).items():
        old = 3.0 if name in expected else value
        torch.testing.assert_close(
            value - old, expected.get(name, value - value), msg=name, atol=2e-6, rtol=1e-4
        )


def test_a_loss_without_gradients_moves_nothing():
    weight = nn.Parameter(torch.ones(3))
    seen = []

    def backward():
        seen.append(weight.detach().clone())
        (weight * 0).sum().backward()
        return torch.zeros(())

    twice(backward, [weight], distance=1.0)
    assert torch.equal(seen[1], torch.ones(3))


def test_the_tables_are_the_learned_ones_and_a_transformers_pieces():
    network, _, _ = small()
    network.bert = nn.Module()
    network.bert.word_embeddings = nn.Embedding(5, 3)
    network.bert.position_embeddings = nn.Embedding(5, 3)
    frozen = nn.Module()
    frozen.word_embeddings = nn.Embedding(5, 3).requires_grad_(False)
    network.frozen = frozen
    names = {id(p): name for name, p in network.named_parameters()}
    assert [names[id(weight)] for weight in tables(network)] == [
        "embedding.parts.channels.tables.characters.learned.weight",
        "embedding.parts.channels.tables.bigrams.learned.weight",
        "bert.word_embeddings.weight",
    ]
