"""From a trained model to a graph that tags, beside its weights or without them."""

import json
import shutil
import subprocess
import sys
from importlib import metadata

import onnx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from trained import ROOT, SENTENCES, annotated, tiny_graph, tiny_int8, tiny_run

import ner
from ner.calibration import CALIBRATION
from ner.errors import ConfigError, ModelError
from ner.export.export import export
from ner.export.quantisation import QUANTISATIONS
from ner.model.catalogue import SHIPPED, STANDARD
from ner.model.folder import (
    ARRAYS,
    CARD,
    DESCRIPTION,
    FEATURES,
    GRAPH,
    GRAPH_ARRAYS,
    WEIGHTS,
    find,
)
from ner.tagging.runtimes import RUNTIMES, OnnxRuntime, TorchRuntime, pick

__all__ = ["tiny_graph", "tiny_int8", "tiny_run"]

TEXTS = [annotated(one).text for one in SENTENCES] + ["陶", "", "ＡＢＣ 青禾书店\n丽水" * 60]


def found(tagger):
    return [
        [(one.start, one.end, one.label) for one in document.entities] for document in tagger(TEXTS)
    ]


def test_both_runtimes_find_the_same(tiny_run, tiny_graph):
    by_graph = ner.load(tiny_graph, runtime="onnx")
    by_network = ner.load(tiny_run, device="cpu", runtime="torch")
    assert any(found(by_network))
    assert found(by_graph) == found(by_network)
    for left, right in zip(by_graph(TEXTS), by_network(TEXTS), strict=True):
        scores = [[one.score for one in document.entities] for document in (left, right)]
        assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_what_is_exported_elsewhere_has_all_but_the_weights(tiny_graph):
    assert {one.name for one in tiny_graph.iterdir()} == {
        DESCRIPTION,
        FEATURES,
        ARRAYS,
        GRAPH,
        CARD,
    }


def test_a_graph_does_not_tell_of_the_machine_it_was_made_on(tiny_graph):
    graph = onnx.load(tiny_graph / GRAPH)
    assert {one.key for one in graph.metadata_props} == {"ner", "ner.weights"}
    noted = [*graph.graph.node, *graph.graph.value_info, *graph.graph.initializer, graph.graph]
    assert not [one for one in noted if one.metadata_props or one.doc_string]
    for one in tiny_graph.iterdir():
        content = one.read_bytes()
        assert str(ROOT).encode() not in content and b".py" not in content, one.name


def test_large_arrays_stand_apart_and_belong_to_the_graph(
    tiny_run, tiny_graph, tmp_path, monkeypatch
):
    monkeypatch.setitem(QUANTISATIONS, "none", lambda *_: bare(onnx.load(tiny_graph / GRAPH)))
    monkeypatch.setattr("ner.export.export.MAPPED", 100)
    done = export(tiny_run, tmp_path)  # the graph is there: only its files are made anew
    arrays = tmp_path / GRAPH_ARRAYS
    assert done.size == done.graph.stat().st_size + arrays.stat().st_size
    assert arrays.stat().st_mode == done.graph.stat().st_mode
    assert found(ner.load(tmp_path)) == found(ner.load(tiny_graph))
    export(tiny_run, tmp_path)
    assert arrays.is_file()
    monkeypatch.setattr("ner.export.export.MAPPED", 1 << 30)
    export(tiny_run, tmp_path)
    assert not arrays.exists()  # none that an earlier graph needed is left
    monkeypatch.setattr("ner.export.export.MAPPED", 100)
    export(tiny_run, tmp_path)
    arrays.write_bytes(arrays.read_bytes()[:100])
    with pytest.raises(ModelError, match="model.onnx: damaged"):
        ner.load(tmp_path)


def test_of_a_graph_alone_another_is_made_elsewhere_and_not_in_its_place(
    tiny_graph, tiny_int8, tmp_path
):
    export(tiny_graph, tmp_path / "light", quantize="int8")
    assert found(ner.load(tmp_path / "light")) == found(ner.load(tiny_int8))
    folder = shutil.copytree(tiny_graph, tmp_path / "graph")
    before = (folder / GRAPH).read_bytes()
    for out in (None, folder):
        with pytest.raises(ModelError, match="graph: no weights.safetensors to make a graph of"):
            export(folder, out, quantize="int8")
    assert (folder / GRAPH).read_bytes() == before


def test_eight_bits_make_it_smaller_and_find_the_same(tiny_int8, tiny_graph):
    assert (tiny_int8 / GRAPH).stat().st_size < (tiny_graph / GRAPH).stat().st_size
    graph = onnx.load(tiny_int8 / GRAPH)
    assert "DynamicQuantizeLSTM" in {node.op_type for node in graph.graph.node}
    assert found(ner.load(tiny_int8)) == found(ner.load(tiny_graph))


def test_the_runtime_is_picked_by_what_is_there(tiny_run, tiny_graph):
    assert pick("auto", path=tiny_graph, device="auto") is OnnxRuntime
    assert pick("auto", path=tiny_graph, device="cuda") is TorchRuntime
    assert pick("auto", path=tiny_run, device="cpu") is TorchRuntime  # it is not exported
    assert {pick(name, path=tiny_graph, device="cpu") for name in RUNTIMES} == set(
        RUNTIMES.values()
    )
    with pytest.raises(ConfigError, match="unknown runtime 'onxx'.*onnx"):
        pick("onxx", path=tiny_graph, device="cpu")
    with pytest.raises(
        ConfigError, match="device: got 'cuda', the onnx runtime knows auto and cpu"
    ):
        pick("onnx", path=tiny_graph, device="cuda")


def _base(folder):
    """Fills a folder with what the base install brings and names the packages."""
    toml = pytest.importorskip("tomllib")  # Python 3.11
    project = toml.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted, seen = [Requirement(one).name for one in project["dependencies"]], set()
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name in seen:
            continue
        seen.add(name)
        distribution = metadata.distribution(name)
        needs = [Requirement(one) for one in distribution.requires or []]
        here = (one for one in needs if not one.marker or one.marker.evaluate({"extra": ""}))
        wanted += [one.name for one in here]
        for top in {file.parts[0] for file in distribution.files or [] if file.parts[0] != ".."}:
            if not (folder / top).exists():
                (folder / top).symlink_to(distribution.locate_file(top))
    return seen


@pytest.mark.parametrize("named", [True, False], ids=["a named model", "the shipped one"])
def test_the_base_install_tags_from_the_command_line(tiny_graph, tmp_path, monkeypatch, named):
    """Python without its site-packages, but with what `pip install zhuyi-ner` brings."""
    monkeypatch.delenv("NER_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    model = tiny_graph if named else SHIPPED / STANDARD
    if not (model / DESCRIPTION).is_file():
        pytest.skip("no model is shipped: ner/shipped/standard is empty")
    chosen = ["-m", str(model)] if named else []
    packages = _base(tmp_path)
    assert "onnxruntime" in packages and "torch" not in packages
    program = (
        "import sys, importlib.util\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(tmp_path)!r}]\n"
        "assert importlib.util.find_spec('torch') is None\n"
        f"sys.argv = {['ner', 'predict', *chosen]!r}\n"
        "import ner.cli; ner.cli.main()"
    )
    command = [sys.executable, "-S", "-c", program]
    done = subprocess.run(command, input=TEXTS[0], capture_output=True, text=True, check=False)
    assert done.stderr == "" and done.returncode == 0
    spans = [
        [one[key] for key in ("start", "end", "label")]
        for one in json.loads(done.stdout)["entities"]
    ]
    assert spans and spans == [list(span) for span in found(ner.load(model))[0]]


def test_a_graph_of_other_weights_is_refused(tiny_run, tiny_graph, tmp_path):
    for one in tiny_graph.iterdir():
        (tmp_path / one.name).write_bytes(one.read_bytes())
    weights = (find(tiny_run) / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(weights)
    assert found(ner.load(tmp_path, runtime="onnx")) == found(ner.load(tiny_graph))
    for other in (b"other", bytes(len(weights))):
        (tmp_path / WEIGHTS).write_bytes(other)
        with pytest.raises(ModelError, match="made of other weights than weights.safetensors"):
            ner.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw[:1000], "model.onnx: damaged"),
        (lambda raw: b"", "model.onnx: damaged"),
        (
            lambda raw: bare(onnx.load_from_string(raw)).SerializeToString(),
            "graph format None, this version of ner reads",
        ),
    ],
)
def test_a_damaged_graph_is_refused_with_its_place(tiny_graph, tmp_path, change, message):
    for one in tiny_graph.iterdir():
        (tmp_path / one.name).write_bytes(one.read_bytes())
    (tmp_path / GRAPH).write_bytes(change((tiny_graph / GRAPH).read_bytes()))
    with pytest.raises(ModelError, match=message):
        ner.load(tmp_path)


def bare(graph):
    """The graph without what export notes in it."""
    del graph.metadata_props[:]
    return graph


def test_a_runtime_that_is_asked_for_must_have_its_file(tiny_run, tiny_graph):
    with pytest.raises(ModelError, match="model.onnx: no such file; ner export makes it"):
        ner.load(tiny_run, runtime="onnx")
    assert found(ner.load(tiny_graph, runtime="torch")) == found(ner.load(tiny_run, device="cpu"))


def test_training_anew_removes_what_was_made_of_earlier_weights(tiny_run, tmp_path):
    from ner.model.folder import load_network, read_description, write_weights

    network = load_network(tiny_run, read_description(tiny_run))
    for name in (GRAPH, GRAPH_ARRAYS, CALIBRATION):
        (tmp_path / name).write_bytes(b"old")
    write_weights(tmp_path, network)
    assert [one.name for one in tmp_path.iterdir()] == [WEIGHTS]
