"""The facts of the machine."""

import json
from importlib.metadata import version

from ner.benchmark import machine


def test_the_facts_are_plain_and_name_the_processor():
    found = machine.facts()
    assert json.loads(json.dumps(found)) == found
    assert found["processor"] and found["cores"] >= 1
    assert found["versions"]["numpy"] == version("numpy")


def test_a_machine_without_lists_of_its_own_still_has_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "INFO", tmp_path / "none")
    monkeypatch.setattr(machine, "MEMORY", tmp_path / "none")
    found = machine.facts()
    assert found["processor"] and found["memory_bytes"] is None


def test_packages_that_are_not_installed_are_left_out():
    assert machine.versions(("numpy", "no-such-package")).keys() == {"numpy"}
