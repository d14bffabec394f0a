"""``ner export`` and what ``ner predict`` makes of it."""

import json
import shutil

LINE = "陶小满把信寄到了衢州。\n"


def test_a_model_is_exported_and_used(command, bare_run, tmp_path):
    out = tmp_path / "light"
    done = command("export", bare_run, "-o", out)
    assert done.code == 0 and done.out == ""
    assert "model.onnx" in done.err and "emissions differ by at most" in done.err
    by_graph = command("predict", "-m", out, "--runtime", "onnx", stdin=LINE.encode())
    by_network = command("predict", "-m", bare_run, "--runtime", "torch", stdin=LINE.encode())
    assert json.loads(by_graph.out)["entities"]
    spans = [
        [(one["start"], one["end"], one["label"]) for one in json.loads(done.out)["entities"]]
        for done in (by_graph, by_network)
    ]
    assert spans[0] == spans[1]


def test_a_graph_that_is_there_is_overwritten_only_by_force(
    command, bare_run, tiny_graph, tmp_path
):
    out = shutil.copytree(tiny_graph, tmp_path / "light")
    graph = out / "model.onnx"
    before = graph.read_bytes()
    again = command("export", bare_run, "-o", out)
    assert again.message == f"ner: {graph}: is there already; --force overwrites it"
    assert graph.read_bytes() == before
    assert command("export", bare_run, "-o", out, "--force", "--quantize", "int8").code == 0
    assert len(graph.read_bytes()) < len(before)


def test_an_unknown_quantisation_is_named(command, bare_run, tmp_path):
    done = command("export", bare_run, "-o", tmp_path, "--quantize", "int9")
    assert "unknown quantisation 'int9'" in done.usage and "int8" in done.usage
    assert not list(tmp_path.iterdir())


def test_a_graph_stands_beside_its_own_model_or_away_from_other_runs(command, bare_run, tmp_path):
    run = shutil.copytree(bare_run, tmp_path / "run")
    message = command("export", run, "-o", run, "--force").message
    assert message == f"ner: {run}: is a run folder, whose model another one beside it would hide"
    assert not (run / "model.json").exists()
    assert command("export", run, "-o", run / "model", "--force").code == 0
    assert (run / "model" / "model.onnx").is_file()
    assert (run / "model" / "weights.safetensors").is_file()
