"""Every parameter of a network with all parts is found again in its graph."""

import pytest
import torch
from networks import LABELS, SMALL, TEXTS, full_featurizer

from ner.export.quantisation import QUANTISATIONS
from ner.features.batch import collate
from ner.model.embedding.table import Table
from ner.model.graph_weights import locate
from ner.model.network import Network
from ner.settings import ModelSettings

FULL = ModelSettings.model_validate(
    {
        "embedding": {"size": 6, "segmentation_size": 3, "bigram_size": 4, "projection": 5},
        "encoder": {"size": 6, "layers": 2},
        "attention": {**SMALL, "kind": "location"},
    }
)


@pytest.mark.parametrize("name", QUANTISATIONS)
def test_all_parameters_are_found_the_kept_rows_too(name):
    torch.manual_seed(0)
    featurizer = full_featurizer()
    network = Network(FULL, labels=LABELS, featurizer=featurizer).eval()
    tables = [one for one in network.modules() if isinstance(one, Table)]
    for table in tables:
        table.kept.normal_()
    assert any(table.kept.numel() for table in tables)
    weights, transitions = network.state_dict(), network.decoder.transitions()
    graph = QUANTISATIONS[name](network, collate([featurizer(text) for text in TEXTS]))
    places, missing = locate(weights, graph, transitions)
    assert missing == ()
    assert places.keys() == {key for key, weight in weights.items() if weight.numel()}
    kept = [steps for key, (_, steps) in places.items() if key.endswith(".kept")]
    of_joined = [bool(steps) and steps[0].startswith("rows") for steps in kept]
    assert of_joined == [name == "int8"] * len(kept) != []
