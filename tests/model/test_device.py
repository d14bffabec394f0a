"""A device is picked by name; one that is unknown or missing is an error in words."""

import pytest
import torch

from ner.errors import ConfigError
from ner.model import device


def _machine(monkeypatch, *, cuda=0, mps=False):
    """A machine with so many GPUs, as torch would tell."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "name", "picked"),
    [
        (0, False, "auto", "cpu"),
        (1, False, "auto", "cuda"),
        (0, True, "auto", "mps"),
        (1, False, "cpu", "cpu"),
        (1, False, "cuda", "cuda"),
        (2, False, "cuda:1", "cuda:1"),
        (0, True, "mps", "mps"),
    ],
)
def test_a_device_the_machine_has_is_picked(monkeypatch, cuda, mps, name, picked):
    _machine(monkeypatch, cuda=cuda, mps=mps)
    assert device.pick(name) == torch.device(picked)


@pytest.mark.parametrize(
    "name", ["gpu", "", "CPU", "cuda1", "cuda:x", "cuda:-1", "cuda:", "cuda:²", "cpu:", "cpu:²"]
)
def test_an_unknown_name_is_answered_with_the_known_ones(monkeypatch, name):
    _machine(monkeypatch, cuda=1)
    with pytest.raises(ConfigError, match=f"^device {name}: expected auto, cpu, cuda, cuda:1 or"):
        device.pick(name)


@pytest.mark.parametrize(
    ("cuda", "name"), [(0, "cuda"), (0, "cuda:0"), (1, "cuda:1"), (2, "cuda:12"), (1, "mps")]
)
def test_a_device_the_machine_lacks_is_an_error(monkeypatch, cuda, name):
    _machine(monkeypatch, cuda=cuda)
    with pytest.raises(ConfigError, match=f"^device {name}: this machine .* no such device"):
        device.pick(name)
