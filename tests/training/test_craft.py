"""Whole runs with each of the craft's settings: they learn, and the seed decides every weight."""

import pytest
import torch
from trained import train

CRAFT = {
    "adversarial": ["training.adversarial=0.5"],
    "r_drop": ["training.r_drop=1"],
    "smoothing": ["model.decoder.smoothing=0.05"],
    "multi_sample": ["model.dropout=0.2", "model.multi_sample_dropout=3"],
}
CRAFT["all"] = [one for each in CRAFT.values() for one in each]

every_craft = pytest.mark.parametrize("craft", CRAFT.values(), ids=CRAFT)


@pytest.fixture(scope="module")
def plain(config, tmp_path_factory):
    """A run with none of them."""
    return train(config("training.epochs=3"), tmp_path_factory.mktemp("plain"))[0]


def weights(run):
    return torch.cat([value.flatten() for value in run.task.network.parameters()])


@every_craft
def test_the_loss_falls(config, tmp_path, craft):
    _, done = train(config(*craft, "training.epochs=6"), tmp_path)
    assert done[-1].loss < done[0].loss / 2


@every_craft
def test_a_run_that_goes_on_ends_as_if_it_had_not_stopped(config, tmp_path, plain, craft):
    settings = config(*craft, "training.epochs=3")
    whole, _ = train(settings, tmp_path / "whole")
    train(settings, tmp_path / "cut", stop_after=1)
    resumed, _ = train(settings, tmp_path / "cut", resume=True)
    assert torch.equal(weights(whole), weights(resumed))
    assert not torch.equal(weights(whole), weights(plain))
