"""An exported graph says what the network says, for every mechanism, part and shape of batch."""

import json
from copy import deepcopy
from itertools import cycle, islice

import numpy as np
import onnx
import pretrained
import pytest
import torch
from networks import (
    LABELS,
    LENGTHS,
    SMALL,
    TEXTS,
    featurizer_of,
    full_featurizer,
    network_of,
    sentences,
)
from onnxruntime import InferenceSession
from pretrained import bert_folder

from ner.errors import ModelError
from ner.export.graph import make_graph
from ner.export.quantisation import QUANTISATIONS
from ner.features.batch import collate
from ner.model.attention import ATTENTIONS
from ner.model.attention.scores import SCORES
from ner.model.embedding.rounded import PackedTable
from ner.model.embedding.table import Table
from ner.model.flat import flat, without_context
from ner.model.graph_file import METADATA, about
from ner.model.graph_weights import PLACES, locate, read_weights
from ner.model.inputs import Inputs
from ner.model.network import Network
from ner.model.recurrent import recurrent
from ner.settings import ModelSettings

SIZES = {
    "embedding": {"size": 6, "segmentation_size": 3, "bigram_size": 4, "projection": 5},
    "encoder": {"size": 6},
}
SHAPES = ([5, 3, 1], [1], [40], [2, 2, 2, 2, 2, 2])


def emissions_of_graph(graph, batch, more=()):
    session = InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    names = {one.name for one in session.get_inputs()}
    arrays = flat(batch) | dict(more)
    return session.run(None, {name: array for name, array in arrays.items() if name in names})[0]


def emissions_of_network(network, batch):
    with torch.inference_mode():
        return network.emissions(Inputs.of(batch, torch.device("cpu"))).numpy()


def agree(network, graph, batch, more=()):
    expected = emissions_of_network(network, batch)
    found = emissions_of_graph(graph, batch, more)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found[batch.mask], expected[batch.mask], atol=1e-4)


def batch_of(lengths=LENGTHS):
    return collate(sentences(lengths)[0])


# Every kind and every score, paired by their order in the tables.
ALL = [
    {"kind": kind, "score": score, **SMALL}
    for kind, score in zip(ATTENTIONS, islice(cycle(SCORES), len(ATTENTIONS)), strict=True)
]
ALL.append({"kind": "location", "score": "relative", "centre": "own", **SMALL})
EVEN = [{"kind": "sparse", "score": "dot", "alpha": alpha, **SMALL} for alpha in (1.5, 2.0)]


@pytest.mark.slow
def test_a_graph_of_every_kind_and_score_gives_its_emissions_at_any_shape():
    """They stand on one another in one network, since each export takes seconds.

    So does sparse attention that looks at everything, all scores being alike.
    """
    assert {one["kind"] for one in ALL} == set(ATTENTIONS)
    assert {one["score"] for one in ALL} == set(SCORES)
    torch.manual_seed(0)
    deep = {**SIZES, "encoder": {"size": 6, "layers": 2}, "attention": [*ALL, *EVEN]}
    settings = ModelSettings.model_validate(deep)
    network = Network(settings, labels=LABELS, featurizer=featurizer_of()).eval()
    for layer in network.attention[-len(EVEN) :]:
        layer.mechanism.keys.weight.data.zero_()
    graph = make_graph(network, batch_of())
    for lengths in SHAPES:
        agree(network, graph, batch_of(lengths))


def full_network(attention):
    torch.manual_seed(0)
    settings = ModelSettings.model_validate({**SIZES, "attention": attention})
    network = Network(settings, labels=LABELS, featurizer=full_featurizer()).eval()
    kept = [buffer for name, buffer in network.named_buffers() if name.endswith("kept")]
    for buffer in kept:
        buffer.normal_()  # as vectors would have filled it
    assert any(buffer.numel() for buffer in kept)
    return network


@pytest.fixture(scope="module")
def full():
    """A network with all parts, a batch with what stands before, and the graph that it made."""
    network, featurizer = full_network({**SMALL, "kind": "location"}), full_featurizer()
    after = collate([featurizer(text, "青禾书店") for text in TEXTS[:2]])
    return network, after, make_graph(network, after)


@pytest.mark.slow
def test_a_graph_reads_every_channel_the_lexicon_and_contexts(full):
    featurizer, (network, after, graph) = full_featurizer(), full
    alone = collate([featurizer(text) for text in TEXTS])
    agree(network, graph, after)
    agree(network, graph, alone, without_context(alone))
    silent = collate([featurizer("！"), featurizer("、")])  # no word of the lexicon is in it
    assert not len(silent.matches.words)
    agree(network, graph, silent, without_context(silent))


def _all_are_found(graph, weights, transitions, *, joined):
    """``joined``: whether each table's kept rows stand in one array with those that are tuned."""
    places, missing = locate(weights, graph, transitions)
    assert missing == ()
    assert places.keys() == {key for key, weight in weights.items() if weight.numel()}
    kept = [steps for key, (_, steps) in places.items() if key.endswith(".kept")]
    of_joined = [bool(steps) and steps[0].startswith("rows") for steps in kept]
    assert of_joined == [joined] * len(kept) != []
    return places


def test_all_parameters_are_found_in_it_the_kept_rows_too(full):
    network, _, graph = full
    _all_are_found(graph, network.state_dict(), network.decoder.transitions(), joined=False)


@pytest.mark.parametrize(("quantised", "off"), [("int8", 0.01), ("int4", 0.2)])
def test_all_parameters_are_found_and_read_in_few_bits(quantised, off, monkeypatch, tmp_path):
    monkeypatch.setattr("ner.export.quantisation.LARGE", 1)
    network, featurizer = full_network("none"), full_featurizer()
    weights, transitions = network.state_dict(), network.decoder.transitions()
    graph = QUANTISATIONS[quantised](network, collate([featurizer(text) for text in TEXTS]))
    arrays = {one.name.rsplit(".", 1)[-1] for one in graph.graph.initializer}
    assert ("nibbles" in arrays) == (quantised == "int4")
    places = _all_are_found(graph, weights, transitions, joined=True)
    noted = {PLACES: json.dumps(places), METADATA: about(transitions, quantized="", weights="")}
    for key, value in noted.items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(graph, tmp_path / "model.onnx")
    for name, weight in read_weights(tmp_path / "model.onnx", weights).items():
        gap = (weight.float() - weights[name].float()).abs()
        assert not weight.numel() or gap.max() <= off * weights[name].abs().max(), name


def test_in_four_bits_it_says_what_a_network_with_these_tables_says(monkeypatch):
    monkeypatch.setattr("ner.export.quantisation.LARGE", 1)
    network = full_network("none")
    batch = collate([full_featurizer()(text) for text in TEXTS])
    coarse = deepcopy(network)
    for name, module in coarse.named_modules():
        if isinstance(module, Table) and module.size % 2 == 0:
            _set(coarse, name, PackedTable(module.joined()))
    expected = emissions_of_network(coarse.eval(), batch)
    assert float(np.abs(expected - emissions_of_network(network, batch))[batch.mask].max()) > 1e-3
    found = emissions_of_graph(QUANTISATIONS["int4"](network, batch), batch)
    assert float(np.abs(found - expected)[batch.mask].max()) < 0.02


def _set(network, name, module):
    above, _, own = name.rpartition(".")
    setattr(network.get_submodule(above), own, module)


def test_in_eight_bits_a_projection_leaves_small_vectors_beside_large_ones():
    network = full_network("none")
    tables = network.embedding.parts["channels"].tables
    start = 0
    with torch.no_grad():
        for name, table in tables.items():
            if name == "bigrams":  # beside them all others are less than a step
                table.learned.weight *= 1000
                table.kept *= 1000
                network.embedding.projection.weight[:, start : start + table.size] /= 1000
            start += table.size
    batch = collate([full_featurizer()(text) for text in TEXTS])
    expected = emissions_of_network(network, batch)
    found = emissions_of_graph(QUANTISATIONS["int8"](network, batch), batch)
    assert float(np.abs(found - expected)[batch.mask].max()) < 0.02


def _gap_in_eight_bits(network):
    batch = batch_of()
    expected = emissions_of_network(network, batch)
    found = emissions_of_graph(QUANTISATIONS["int8"](network, batch), batch)
    return float(np.abs(found - expected)[batch.mask].max())


def test_in_eight_bits_vectors_beside_much_longer_ones_count():
    network = network_of().eval()
    with torch.no_grad():
        table = network.embedding.parts["channels"].tables["characters"].learned.weight
        network.encoder.forwards[0].weight_ih_l0 *= 10
        network.encoder.backwards[0].weight_ih_l0 *= 10
        table[:] /= 10
        table[2] *= 300  # a frequent name's vector: all others are less than two steps beside it
    assert _gap_in_eight_bits(network) < 0.02


def test_in_eight_bits_a_large_weight_costs_its_own_column_only():
    network = network_of().eval()
    with torch.no_grad():
        network.encoder.forwards[0].weight_ih_l0[0] *= 100
        network.encoder.backwards[0].weight_ih_l0[0] *= 100
    assert _gap_in_eight_bits(network) < 0.02


@pytest.mark.slow
def test_a_graph_over_a_transformer_reads_contexts_or_none(tmp_path):
    attention = {"kind": "soft", "score": "dot", **SMALL}
    config = pretrained.config_of(bert_folder(tmp_path, layers=1), attention=attention)
    featurizer = pretrained.featurizer_of(config, TEXTS, context=1)
    network = pretrained.network_of(config, featurizer).eval()
    alone = collate([featurizer(text) for text in TEXTS])
    after = collate([featurizer(text, TEXTS[0]) for text in TEXTS[:3]])
    graph = make_graph(network, after)
    agree(network, graph, after)
    agree(network, graph, alone, without_context(alone))


def test_what_cannot_be_followed_is_refused_in_words(monkeypatch):
    network = network_of().eval()

    def looks(inputs):
        return torch.zeros(int(inputs.mask.sum().item()), 1, 1)

    monkeypatch.setattr(network, "emissions", looks)
    with pytest.raises(ModelError, match="cannot be written as a graph"):
        make_graph(network, batch_of())


def test_the_operator_of_graphs_is_not_for_running():
    with pytest.raises(NotImplementedError, match="LSTM is for exported graphs"):
        recurrent(*[torch.zeros(1, 1, 1)] * 5, "LSTM")
