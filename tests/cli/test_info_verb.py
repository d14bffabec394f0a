"""``ner info``: the same facts as text and as JSON, without torch."""

import json

import pytest
from safetensors.numpy import load_file

PROGRAM = (
    "-c",
    "import sys; from ner.cli import main\ntry: main()\nfinally: assert 'torch' not in sys.modules",
)


def test_json_says_what_the_model_is(command, tiny_run):
    found = command("info", tiny_run, "--json")
    about = json.loads(found.out)
    assert (found.code, found.err) == (0, "")
    assert about["labels"] == ["LOC", "ORG", "PER"]
    assert about["folder"] == str(tiny_run / "model")
    weights = load_file(tiny_run / "model" / "weights.safetensors")
    assert about["parameters"] == sum(one.size for one in weights.values())
    characters = weights["embedding.parts.channels.tables.characters.learned.weight"]
    assert about["names"] == {"characters": len(characters) - 2}
    assert about["bytes"] == sum(one.stat().st_size for one in (tiny_run / "model").iterdir())
    assert about["features"]["max_length"] == 48
    assert about["model"]["encoder"]["size"] == 16


def test_the_text_has_a_line_for_each_fact(command, tiny_run):
    about = json.loads(command("info", tiny_run / "model", "--json").out)
    lines = command("info", tiny_run).out.splitlines()
    assert [line[:16].strip().replace(" ", "_") for line in lines] == list(about)
    shown = dict(zip(about, (line[17:] for line in lines), strict=True))
    assert shown["parameters"] == str(about["parameters"])
    assert json.loads(shown["model"]) == about["model"]


def test_it_needs_no_torch(ended, tiny_run):
    assert ended("info", tiny_run, program=PROGRAM).code == 0


@pytest.mark.parametrize(
    "name", ["model.json", "features.json", "features.safetensors", "weights.safetensors"]
)
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"], ids=ascii)
def test_a_damaged_model_is_an_error_that_names_the_file(
    command, tiny_run, tmp_path, name, content
):
    for path in (tiny_run / "model").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    assert str(tmp_path) in (message := command("info", tmp_path).message)
    assert name in message
