"""A pretrained transformer as a part of the embedding: its states, windows, gradients, and disk."""

import shutil
import socket

import pytest
import torch
from pretrained import (
    LABELS,
    PLACES,
    SIZE,
    TEXTS,
    bert,
    bert_folder,
    config_of,
    featurizer_of,
    in_package,
    inputs_of,
    network_of,
)

from ner.errors import ConfigError
from ner.model.embedding.transformer import TransformerEmbedding
from ner.model.folder import (
    Description,
    load_network,
    read_description,
    write_description,
    write_weights,
)
from ner.settings import TransformerSettings

__all__ = ["bert"]

LONG = "骆一舟在青禾书店等陶小满，雨下了整夜。" * 3
SETTINGS = {
    "last": {},
    "weighted": {"embedding": {"layers": "weighted"}},
    "frozen": {"embedding": {"freeze": True}},
    "checkpointed": {"embedding": {"gradient_checkpointing": True}},
    "no-bilstm": {"encoder": "none"},
    "no-attention": {"encoder": "none", "attention": "none"},
}
every_setting = pytest.mark.parametrize("name", SETTINGS)


def settings_of(bert, name):
    """A way to use the transformer."""
    how = {"attention": {"heads": 2, "head_size": 4}, **SETTINGS[name]}
    own = {"path": str(bert), **how.pop("embedding", {})}
    return config_of(bert, embedding={"transformer": own}, **how)


def made(bert, name="last"):
    """Featurizer and network of a way to use the transformer."""
    settings = settings_of(bert, name)
    featurizer = featurizer_of(settings)
    return featurizer, network_of(settings, featurizer)


def reference(bert, text, featurizer):
    """The states of all layers for one text that fits a window, by transformers itself."""
    from transformers import AutoModel

    model = AutoModel.from_pretrained(bert).eval()
    pieces = featurizer(text).pieces
    with torch.no_grad():
        found = model(torch.from_numpy(pieces.ids), output_hidden_states=True)
    return [layer[0][torch.from_numpy(pieces.index) % PLACES] for layer in found.hidden_states]


@torch.no_grad()
def test_a_character_has_the_last_state_of_its_piece(bert):
    featurizer, network = made(bert)
    part = network.eval().embedding.parts["transformer"]
    states = part(inputs_of(featurizer, TEXTS))
    assert states.shape == (len(TEXTS), max(map(len, TEXTS)), SIZE)
    for row, text in enumerate(TEXTS):
        if len(text) < PLACES - 2:
            expected = reference(bert, text, featurizer)[-1]
            torch.testing.assert_close(states[row, : len(text)], expected, atol=1e-5, rtol=0)


@torch.no_grad()
def test_a_learned_mix_begins_as_the_mean_of_all_layers(bert):
    featurizer, network = made(bert, "weighted")
    part = network.eval().embedding.parts["transformer"]
    layers = torch.stack(reference(bert, TEXTS[0], featurizer))
    states = part(inputs_of(featurizer, TEXTS[:1]))[0]
    torch.testing.assert_close(states, layers.mean(dim=0), atol=1e-5, rtol=0)
    part.mix.copy_(torch.tensor([0.0, 1.0, -1.0, 2.0]))
    part.scale.fill_(3.0)
    mixed = 3 * torch.einsum("l,lps->ps", part.mix.softmax(dim=0), layers)
    states = part(inputs_of(featurizer, TEXTS[:1]))[0]
    torch.testing.assert_close(states, mixed, atol=1e-5, rtol=0)


@torch.no_grad()
def test_a_long_text_is_read_in_windows_as_by_hand(bert):
    featurizer, network = made(bert)
    part = network.eval().embedding.parts["transformer"]
    found = part(inputs_of(featurizer, [LONG, "雨"]))[0]
    size, spare = PLACES - 2, len(LONG) - (PLACES - 2)
    count = 1 + -(-spare // (size // 2))
    starts = [round(spare * k / (count - 1)) for k in range(count)]
    assert count > 3 and starts[0] == 0 and starts[-1] == spare
    shown = [reference(bert, LONG[start : start + size], featurizer)[-1] for start in starts]
    for place in range(len(LONG)):
        away = [abs(place - (start + (size - 1) / 2)) for start in starts]
        best = away.index(min(away))
        expected = shown[best][place - starts[best]]
        torch.testing.assert_close(found[place], expected, atol=1e-5, rtol=0)


@every_setting
@torch.no_grad()
def test_neither_company_nor_padding_changes_a_sentences_states(bert, name):
    featurizer, network = made(bert, name)
    texts, network = (*TEXTS, LONG), network.eval()
    together = network.states(inputs_of(featurizer, texts))
    tags = network.decode(inputs_of(featurizer, texts)).tags
    for order in ([1], [5, 1], [4, 0, 2]):
        some = inputs_of(featurizer, [texts[place] for place in order])
        found, own = network.states(some), network.decode(some).tags
        for row, place in enumerate(order):
            length = len(texts[place])
            expected = together[place, :length]
            torch.testing.assert_close(found[row, :length], expected, atol=1e-5, rtol=0)
            assert own[row] == tags[place]


@torch.no_grad()
def test_what_pieces_stand_at_padding_changes_nothing(bert):
    featurizer, network = made(bert)
    inputs = inputs_of(featurizer, TEXTS)
    clean = network.eval().states(inputs)[inputs.mask]
    inputs.pieces.ids.masked_fill_(~inputs.pieces.mask, 7)
    inputs.pieces.index.masked_fill_(~inputs.mask, 3)
    torch.testing.assert_close(network.states(inputs)[inputs.mask], clean, atol=1e-5, rtol=0)


@every_setting
def test_gradients_reach_every_parameter_that_is_learned(bert, name):
    featurizer, network = made(bert, name)
    network.train().loss(inputs_of(featurizer, TEXTS, tagged=True)).backward()
    learned = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    for own, parameter in learned:
        assert parameter.grad is not None and parameter.grad.isfinite().all(), own
        if not own.endswith("key.bias"):  # softmax takes no notice of it
            assert parameter.grad.abs().max() > 0, own
    pretrained = [own for own, _ in learned if own.startswith("embedding.parts.transformer.model")]
    assert bool(pretrained) == (name != "frozen")


def test_checkpointing_changes_no_gradient(bert):
    gradients = []
    for name in ("last", "checkpointed"):
        featurizer, network = made(bert, name)
        for part in network.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        torch.manual_seed(3)
        network.train().loss(inputs_of(featurizer, TEXTS, tagged=True)).backward()
        gradients.append([one.grad for one in network.parameters()])
    for own, other in zip(*gradients, strict=True):
        torch.testing.assert_close(own, other, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_a_frozen_transformer_has_no_dropout_even_in_training(bert):
    for name, same in (("frozen", True), ("last", False)):
        featurizer, network = made(bert, name)
        part, inputs = network.train().embedding.parts["transformer"], inputs_of(featurizer, TEXTS)
        assert torch.equal(part(inputs), part(inputs)) == same


def test_pretrained_parameters_know_how_many_layers_stand_above_them(bert):
    _, network = made(bert)
    part = network.embedding.parts["transformer"]
    names = {id(one): name for name, one in part.model.named_parameters()}
    above = {names[id(one)]: layers for one, layers in part.pretrained()}
    assert above["embeddings.word_embeddings.weight"] == above["embeddings.LayerNorm.bias"] == 3
    assert above["encoder.layer.0.attention.self.query.weight"] == 2
    assert above["encoder.layer.2.output.dense.bias"] == 0
    assert set(above) == set(names.values())


def test_the_context_is_read_too(bert):
    config = settings_of(bert, "last")
    featurizer = featurizer_of(config, context=1)
    network = network_of(config, featurizer).eval()
    alone, before = (
        network.states(inputs_of(featurizer, ["雨下了", "陶"], context=context))
        for context in (None, ["", "青禾书店"])
    )
    torch.testing.assert_close(alone[0], before[0], atol=1e-5, rtol=0)
    assert not torch.allclose(alone[1, :1], before[1, :1], atol=1e-3)


def test_it_stands_beside_other_parts(bert):
    config = config_of(bert, embedding={"size": 5, "segmentation_size": 3}, encoder="none")
    featurizer = featurizer_of(config, segmentation=True)
    network = network_of(config, featurizer)
    assert network.embedding.size == SIZE + 5 + 3
    assert network.states(inputs_of(featurizer, TEXTS)).shape[-1] == SIZE + 5 + 3


# The model on disk.


def _refused(*_, **__):
    raise AssertionError("the network is opened")


@pytest.mark.parametrize("name", ["last", "weighted", "no-bilstm"])
def test_a_saved_model_needs_neither_the_folder_nor_the_network(tmp_path, monkeypatch, name):
    folder = bert_folder(tmp_path / "bert")
    settings = settings_of(folder, name)
    featurizer = featurizer_of(settings)
    network = network_of(settings, featurizer)
    model = tmp_path / "model"
    write_description(model, Description(settings.model, LABELS, featurizer))
    write_weights(model, network)
    texts = (*TEXTS, LONG)
    states = network.eval().states(inputs_of(featurizer, texts))
    decoded = network.decode(inputs_of(featurizer, texts)).tags

    shutil.rmtree(folder)
    monkeypatch.setattr(socket, "socket", _refused)
    description = read_description(model)
    again = load_network(model, description)
    inputs = inputs_of(description.featurizer, texts)
    torch.testing.assert_close(again.states(inputs), states, atol=1e-6, rtol=0)
    assert again.decode(inputs).tags == decoded


def test_an_unknown_kind_of_transformer_is_refused():
    with pytest.raises(ConfigError, match="model.embedding.transformer: .*no-such-model"):
        TransformerEmbedding(TransformerSettings(path="x"), {"model_type": "no-such-model"})


@torch.no_grad()
def test_a_public_models_states_depend_on_what_stands_around_a_character():
    folder = in_package("embedding", "m3e-small")
    config = config_of(folder)
    featurizer = featurizer_of(config)
    part = network_of(config, featurizer).eval().embedding.parts["transformer"]
    states = part(inputs_of(featurizer, ["苹果手机", "苹果好吃"]))
    assert states.shape == (2, 4, 512)
    apple, fruit = states[:, 0]  # the same character, among others
    assert 0.3 < torch.cosine_similarity(apple, fruit, dim=0) < 0.99
