"""The learning rate, step by step, and which parameters decay."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import featurizer_of
from torch import nn

from ner.model.network import Network
from ner.settings import ModelSettings, TrainingSettings
from ner.training.optimiser import adamw, learning_rate

RATE = 0.5


def rates(steps, warmup):
    settings = TrainingSettings(learning_rate=RATE, warmup=warmup)
    return [learning_rate(step, steps, settings) for step in range(steps + 3)]


@given(st.integers(1, 300), st.floats(0, 0.999))
def test_the_rate_rises_to_the_setting_then_falls_to_zero(steps, warmup):
    found = rates(steps, warmup)
    top = found.index(max(found))
    assert found[top] == pytest.approx(RATE)
    assert top == max(1, round(steps * warmup)) - 1
    assert all(a < b for a, b in pairwise(found[: top + 1]))
    assert all(a > b for a, b in pairwise(found[top : steps + 1]))
    assert found[0] > 0
    assert found[steps:] == [0, 0, 0]


@given(st.permutations(range(20)))
def test_the_rate_does_not_depend_on_what_was_asked_before(order):
    settings = TrainingSettings(learning_rate=RATE, warmup=0.2)
    asked = {step: learning_rate(step, 17, settings) for step in order}
    assert [asked[step] for step in range(20)] == rates(17, 0.2)


@pytest.fixture(scope="module")
def network():
    settings = {"embedding": {"size": 4}, "encoder": {"size": 4, "layers": 2}}
    settings["attention"] = {"heads": 2, "head_size": 2, "score": "relative"}
    made = ModelSettings.model_validate(settings)
    return Network(made, labels=("PER",), featurizer=featurizer_of(9))


@pytest.fixture(scope="module")
def decays(network):
    """The weight decay of each parameter, by name; each stands in one group."""
    optimiser = adamw(network, TrainingSettings(weight_decay=0.25))
    names = {parameter: name for name, parameter in network.named_parameters()}
    groups = optimiser.param_groups
    found = [(names[p], group["weight_decay"]) for group in groups for p in group["params"]]
    assert sorted(name for name, _ in found) == sorted(names.values())
    return dict(found)


@pytest.mark.parametrize(
    ("part", "decay"),
    [
        ("embedding.parts.channels.tables.characters.learned.weight", 0),
        ("embedding.parts.channels.tables.words.learned.weight", 0),
        ("encoder.forwards.1.weight_hh_l0", 0.25),
        ("encoder.backwards.0.bias_ih_l0", 0),
        ("attention.0.mechanism.queries.weight", 0.25),
        ("attention.0.mechanism.queries.bias", 0),
        ("attention.0.mechanism.score.content_bias", 0),
        ("attention.0.mechanism.score.distance_bias", 0),
        ("attention.0.norm.weight", 0),
        ("attention.0.norm.bias", 0),
        ("decoder.linear.weight", 0.25),
        ("decoder.linear.bias", 0),
        ("decoder.crf.transitions", 0),
        ("decoder.crf.start_transitions", 0),
    ],
)
def test_a_part_decays_or_does_not(decays, part, decay):
    assert decays[part] == decay


def test_only_the_matrices_of_linear_and_recurrent_layers_decay(network, decays):
    matrices = {
        f"{name}.{own}"
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear | nn.LSTM)
        for own, _ in module.named_parameters()
        if own.startswith("weight")
    }
    assert {name for name, decay in decays.items() if decay} == matrices


def test_the_tags_that_a_decoder_is_fed_and_a_scores_strength_do_not_decay():
    settings = ModelSettings(attention=[{"score": "cosine"}], decoder="seq2seq")
    network = Network(settings, labels=("PER",), featurizer=featurizer_of(9))
    decayed, kept = adamw(network, TrainingSettings()).param_groups
    names = {parameter: name for name, parameter in network.named_parameters()}
    assert {"decoder.tags.weight", "attention.0.mechanism.score.log_strength"} <= {
        names[parameter] for parameter in kept["params"]
    }
    assert "decoder.cell.weight_ih" in {names[parameter] for parameter in decayed["params"]}
