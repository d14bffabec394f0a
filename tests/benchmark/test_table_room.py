"""What benchmarks/table_room.py takes from a model, and gives back."""

import importlib

import pytest
import torch
from networks import TEXTS, full_featurizer
from trained import ROOT

from ner.features.channels.vocabulary import UNKNOWN_ID
from ner.model.embedding.table import Table


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("table_room")


def test_bigrams_beyond_the_limit_are_unknown_and_others_keep_their_numbers(script):
    own = full_featurizer()
    before = own(TEXTS[0]).rows["bigrams"]
    after = script.fewer_bigrams(own, 4)(TEXTS[0]).rows["bigrams"]
    beyond = before >= 2 + 4
    assert beyond.any() and not beyond.all()
    assert (after[beyond] == UNKNOWN_ID).all() and (after[~beyond] == before[~beyond]).all()


def test_words_beyond_the_limit_are_not_matched(script):
    own = full_featurizer()
    before, after = own(TEXTS[0]).matches, script.fewer_words(own, 3)(TEXTS[0]).matches
    assert set(after.words) == {word for word in before.words if word < 3} < set(before.words)


def test_large_tables_are_rounded_for_a_while(script):
    names = ("bigrams", "lexicon", "characters")
    network = torch.nn.ModuleDict({name: Table(9, 8, tuned=5, padding=True) for name in names})
    before = {name: own.clone() for name, own in network.state_dict().items()}
    with script.rounded(network, 4):
        for name, own in network.state_dict().items():
            same = "characters" in name or name.endswith("kept")  # those are zero
            assert torch.equal(own, before[name]) == same
            steps = own.float() / (own.abs().amax(dim=1, keepdim=True).float() / 7).clamp(min=1e-9)
            assert same or torch.allclose(steps, steps.round(), atol=1e-4)
    assert all(torch.equal(own, before[name]) for name, own in network.state_dict().items())
