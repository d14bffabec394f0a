"""A run's state on disk: all of it comes back, or an error says why not."""

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from ner.errors import ModelError
from ner.training import checkpoint
from ner.training.checkpoint import Progress

PROGRESS = Progress(epoch=3, step=41, best_epoch=2, best_f1=0.1 + 0.2)


def fresh(seed, size=3):
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(size, 4), nn.LayerNorm(4), nn.Linear(4, 1))
    return network, AdamW(network.parameters(), lr=0.1)


def step(network, optimiser, size=3):
    optimiser.zero_grad()
    network(torch.linspace(-1, 1, 2 * size).reshape(2, size)).square().sum().backward()
    optimiser.step()


def state(network, optimiser):
    """All numbers of both, by name."""
    slots = optimiser.state_dict()["state"].items()
    moments = {f"{n} {name}": value for n, one in slots for name, value in one.items()}
    return {**network.state_dict(), **moments}


def assert_equal(one, other):
    first, second = state(*one), state(*other)
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.fixture
def saved(tmp_path):
    """A checkpoint after two steps, and the network and optimiser it is of."""
    trained = fresh(1)
    step(*trained)
    step(*trained)
    path = tmp_path / "state.safetensors"
    checkpoint.save(path, *trained, PROGRESS)
    return path, trained


def test_network_optimiser_and_progress_come_back_exactly(saved):
    path, trained = saved
    other = fresh(2)
    assert checkpoint.load(path, *other, Progress) == PROGRESS
    assert_equal(trained, other)


def test_training_goes_on_as_if_it_had_not_stopped(saved):
    path, trained = saved
    other = fresh(2)
    checkpoint.load(path, *other, Progress)
    step(*trained)
    step(*other)
    assert_equal(trained, other)


def test_a_state_before_the_first_step_comes_back_too(tmp_path):
    path, start, other = tmp_path / "state", fresh(1), fresh(2)
    checkpoint.save(path, *start, Progress())
    assert checkpoint.load(path, *other, Progress) == Progress()
    assert_equal(start, other)


def test_a_later_state_replaces_the_earlier_and_leaves_nothing_beside_it(saved):
    path, trained = saved
    step(*trained)
    checkpoint.save(path, *trained, Progress(epoch=4))
    other = fresh(2)
    assert checkpoint.load(path, *other, Progress) == Progress(epoch=4)
    assert_equal(trained, other)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:5],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:-1],
        lambda raw: raw + b"\0",
        lambda raw: b"\xff" * len(raw),
        lambda raw: raw.replace(b"best_f1", b"best_f2"),
        lambda raw: raw.replace(b"progress", b"progresz"),
        lambda raw: raw.replace(b"network.", b"netwerk."),
        lambda raw: raw.replace(b"exp_avg_sq", b"exp_avg.sq").replace(b"r.0.", b"r.x."),
    ],
    ids=[
        "empty",
        "head",
        "half",
        "end",
        "longer",
        "noise",
        "field",
        "metadata",
        "network",
        "optimiser",
    ],
)
def test_a_damaged_file_is_an_error_with_its_path(saved, damage):
    path, _ = saved
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelError, match=r"state\.safetensors: damaged"):
        checkpoint.load(path, *fresh(2), Progress)


def test_the_state_of_another_network_is_an_error_with_its_path(saved):
    with pytest.raises(ModelError, match=r"state\.safetensors: .*another network"):
        checkpoint.load(saved[0], *fresh(2, size=5), Progress)


@pytest.mark.parametrize("name", ["gone", "."], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_an_error_with_its_path(tmp_path, name):
    with pytest.raises(ModelError, match=str(tmp_path / name)):
        checkpoint.load(tmp_path / name, *fresh(2), Progress)
