"""The search for a learning rate: rising rates, a copy that is thrown away, where it stops."""

from copy import deepcopy
from itertools import pairwise

import pytest
import torch

from ner.training import rate_search
from ner.training.rate_search import RateSearch, Tried, search
from ner.training.run import Run


@pytest.fixture
def losses(monkeypatch):
    """Gives the steps these losses a character, whatever the network does."""

    def given_these(values):
        waiting = iter(values)

        def stub(model, optimiser, accelerator, batch, rate, settings):
            return torch.tensor(next(waiting) * batch.size / len(batch.mask))

        monkeypatch.setattr(rate_search, "step", stub)

    return given_these


def tried(*losses):
    """Steps with these smoothed losses, at rates 1, 2, 4 …"""
    return tuple(Tried(2.0**place, 0.0, loss) for place, loss in enumerate(losses))


def test_rates_rise_by_one_factor_from_the_lowest_to_the_highest(ready):
    run = ready()
    found = search(run.task, run.accelerator, lowest=1e-6, highest=1e-4, steps=12)
    rates = [one.rate for one in found.tried]
    assert (rates[0], rates[-1], len(rates)) == (1e-6, pytest.approx(1e-4), 12)
    factors = {round(b / a, 9) for a, b in pairwise(rates)}
    assert factors == {round(100 ** (1 / 11), 9)}
    assert not found.diverged


def test_the_network_stays_as_it_is_and_so_does_the_training_after(config, tmp_path):
    run, plain = (Run(config(), tmp_path / name, device="cpu") for name in ("run", "plain"))
    before = deepcopy(run.task.network.state_dict())
    search(run.task, run.accelerator, steps=20)
    after = run.task.network.state_dict()
    assert all(torch.equal(value, before[name]) for name, value in after.items())
    assert all(parameter.grad is None for parameter in run.task.network.parameters())
    assert not run.folder.exists()
    assert next(run.epochs()).loss == next(plain.epochs()).loss


def test_it_learns_in_training_mode_while_the_rate_is_right_and_then_diverges(ready):
    run = ready("model.decoder=softmax")
    found = search(run.task, run.accelerator, highest=100.0)
    assert found.diverged
    assert len(found.tried) < rate_search.STEPS
    assert min(one.smoothed for one in found.tried) < found.tried[0].smoothed / 2
    assert 1e-4 < found.suggested < 1


def test_the_seed_decides_the_search(ready):
    def of(seed):
        run = ready(f"seed={seed}")
        return search(run.task, run.accelerator, steps=15)

    assert of(3) == of(3)
    assert of(3) != of(4)


def test_losses_are_of_a_character_and_their_means_forget(ready, losses):
    losses([3.0, 1.0, 2.0])
    run = ready()
    found = search(run.task, run.accelerator, steps=3).tried
    assert [one.loss for one in found] == pytest.approx([3, 1, 2])
    weights = [0.81, 0.9, 1.0]
    expected = sum(w * x for w, x in zip(weights, [3, 1, 2], strict=True)) / sum(weights)
    assert found[2].smoothed == pytest.approx(expected)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_it_stops_at_a_loss_that_is_no_number(ready, losses, bad):
    losses([1.0, 0.9, bad])
    run = ready()
    found = search(run.task, run.accelerator)
    assert (len(found.tried), found.diverged) == (2, True)


def test_it_stops_where_the_smoothed_loss_is_four_times_its_lowest(ready, losses):
    losses([1.0] * 20 + [20.0] * 9)
    run = ready()
    found = search(run.task, run.accelerator)
    assert found.diverged
    assert len(found.tried) == 21  # 1 + 19 × 0.1, then 1 + 19 × 0.19


def test_a_tenth_of_the_rate_of_the_lowest_loss_is_suggested():
    losses = [9.0 - place for place in range(12)] + [5.0]
    found = RateSearch(tried(*losses), diverged=False)
    assert found.suggested == 2.0**11 / 10


@pytest.mark.parametrize("losses", [(), (1.0,), tuple(range(30))])
def test_where_the_loss_never_falls_nothing_is_suggested(losses):
    assert RateSearch(tried(*losses), diverged=True).suggested is None
