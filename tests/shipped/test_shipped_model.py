"""The model in the package, where there is one: small, honest about itself, and at work."""

import re
from math import prod

import onnx
import pytest
import yaml
from onnx import helper
from trained import ROOT

import ner
from ner.model.catalogue import SHIPPED, STANDARD, digest, files, first_figure
from ner.model.folder import CARD, DESCRIPTION, GRAPH, GRAPH_ARRAYS

MODEL = SHIPPED / STANDARD
LARGEST = 10_000_000  # bytes, all files together
DOMAINS = {"MSRA test", "AISHELL held out", "Weibo test", "hard sentences"}
# A place on the machine where it was made: of a home, a checkout, a package, a module.
LONG = rb"/(?:home|root|work|tmp|usr|opt|mnt|Users|workspace|content)/\w|site-packages|\w\.py\b"
PLACES = re.compile(LONG + rb"|[A-Z]:\\\w")

pytestmark = pytest.mark.skipif(
    not (MODEL / DESCRIPTION).is_file(), reason="no model is shipped: ner/shipped/standard is empty"
)


@pytest.fixture(scope="module")
def card():
    return (MODEL / CARD).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def front(card):
    return yaml.safe_load(card.split("---\n")[1])


def test_it_is_small():
    assert sum(one.stat().st_size for one in files(MODEL)) <= LARGEST


def test_there_are_a_graph_and_no_weights_code_or_folders():
    names = {one.name for one in MODEL.iterdir()}
    assert {CARD, DESCRIPTION, "calibration.json", "model.onnx"} <= names
    assert names <= {
        *(CARD, DESCRIPTION, "calibration.json", "features.json", "features.safetensors"),
        *("model.onnx", "model.onnx.data"),
    }


def test_its_card_is_of_these_files(front):
    assert front["sha256"] == digest(MODEL)
    assert front["bytes"] == sum(one.stat().st_size for one in files(MODEL) if one.name != CARD)


def test_its_card_has_figures_by_domain(card, front):
    (index,) = front["model-index"]
    measured = {one["dataset"]["name"]: one["metrics"] for one in index["results"]}
    assert set(measured) >= DOMAINS and index["name"] == STANDARD
    for metrics in measured.values():
        assert all(0 < one["value"] <= 1 for one in metrics)
    kinds = [one["dataset"]["type"] for one in index["results"]]
    assert len(set(kinds)) == len(kinds)
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", kind) for kind in kinds)
    f1, of = first_figure(card)
    assert f1 and of == "MSRA test"


@pytest.mark.parametrize(
    "part", ["## What it learned from", "## Limits", "### Hard sentences", "make model"]
)
def test_its_card_says_what_a_user_must_know(card, part):
    assert part in card


def _beside_numbers(file):
    """The bytes of a file that are not those of a graph's arrays: four of these may be anything."""
    if file.name not in (GRAPH, GRAPH_ARRAYS):
        return file.read_bytes()
    graph = onnx.load(MODEL / GRAPH, load_external_data=False)
    arrays = graph.graph.initializer
    if file.name == GRAPH:
        for one in arrays:
            one.ClearField("raw_data")
        return graph.SerializeToString()
    left = bytearray(file.read_bytes())
    for one in arrays:
        place = {entry.key: entry.value for entry in one.external_data}
        if place.get("location") == file.name:
            start, size = int(place.get("offset", 0)), int(place["length"])
            assert size == prod(one.dims) * helper.tensor_dtype_to_np_dtype(one.data_type).itemsize
            left[start : start + size] = bytes(size)
    return bytes(left)


def test_nothing_in_it_tells_of_the_machine_it_was_made_on():
    for one in files(MODEL):
        if one.suffix == ".safetensors":
            continue
        found = re.search(LONG, one.read_bytes()) or PLACES.search(_beside_numbers(one))
        assert not found, f"{one.name}: {found[0]!r}"
    assert not any(_beside_numbers(MODEL / GRAPH_ARRAYS))  # arrays, and zeros between them


def test_it_has_three_labels_and_tags():
    tagger = ner.load(MODEL)
    assert list(tagger.labels) == ["LOC", "ORG", "PER"]
    text = "昨天，陈若溪从泉州飞往成都，与四川大学签了合作协议。"
    found = {(one.text, one.label) for one in tagger(text).entities}
    assert found == {("陈若溪", "PER"), ("泉州", "LOC"), ("成都", "LOC"), ("四川大学", "ORG")}


def test_it_is_the_standard_one_where_nothing_else_is(monkeypatch, tmp_path):
    from ner.model.catalogue import listed, locate

    monkeypatch.delenv("NER_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert locate() == MODEL
    (known,) = [one for one in listed() if one.root.kind == "shipped"]
    assert (known.name, known.folder) == (STANDARD, MODEL) and known.f1


def test_its_weights_can_be_read_back_to_go_on_from():
    from ner.config import load_config
    from ner.training.start import Start

    config = load_config(ROOT / "configs" / "finetune.yaml", [f"init_from={MODEL}"])
    start = Start.of(config)
    assert start is not None and start.description.labels == ("LOC", "ORG", "PER")
