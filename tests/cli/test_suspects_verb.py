"""``ner check --suspects``: planted errors of an annotation come first."""

import importlib
import json
import os
import sys

import pytest
from generated import corpus
from streams import written
from trained import ROOT, TINY, tiny_config

from ner.cli.bag import made
from ner.tagging.bag import members

SMALL = """
data: {train: nowhere.bio, dev: nowhere.bio, test: nowhere.bio}
features: {max_length: 48, overlap: 16}
model: {embedding: {size: 24, dropout: 0.2}, encoder: {size: 32, dropout: 0.2}, attention: none}
training: {epochs: 3, batch_characters: 64, learning_rate: 1.0e-2}
"""


@pytest.fixture
def planting(monkeypatch):
    """The module of benchmarks/ that puts errors into an annotation."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield importlib.import_module("planting")
    del sys.modules["planting"]


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Forty sentences, and a bag of two poor models of them."""
    folder = tmp_path_factory.mktemp("clean")
    (folder / "train.bio").write_bytes(written(corpus(40), "columns")[0])
    changes = (f"data.root={folder}", "data.train=train.bio", "data.dev=null", "training.epochs=2")
    made(tiny_config(*changes), folder / "bag", folds=2, device="cpu", resume=False, force=False)
    return folder


def rows(found):
    return json.loads(found.out)["suspects"]["listed"]


def test_planted_errors_come_first(command, planting, file):
    documents, planted = planting.plant(corpus(200), share=0.05, seed=1)
    assert len(planted) == pytest.approx(0.05 * sum(len(one.entities) for one in documents), abs=2)
    kinds = [one.kind for one in planted]
    assert all(kinds.count(kind) >= len(planted) // 4 for kind in planting.PLANTS)
    train = file("train.bio", written(documents, "columns")[0])
    config = file("small.yaml", SMALL)
    arguments = ("--suspects", config, "--folds", 2, "--device", "cpu", "--json")
    found = command("check", train, *arguments, "--limit", 1000)
    assert found.code == 0
    lines = {}  # where each document begins
    line = 1
    for number, one in enumerate(documents):
        lines[line] = number
        line += len(one.text) + 1
    wrong = {one.document: one for one in planted}

    def hits(listed):
        met = [(wrong.get(lines[row["line"]]), row) for row in listed]
        return sum(
            one is not None and row["start"] < one.end and one.start < row["end"]
            for one, row in met
        )

    listed = rows(found)
    first = listed[: len(planted)]
    precision = hits(first) / len(planted)
    every = sum(len(one.entities) for one in documents)
    assert precision >= 0.75  # in random order it would be that of all entities
    assert precision > 10 * len(planted) / every
    same = [row["kind"] == wrong[lines[row["line"]]].kind for row in first if hits([row])]
    assert sum(same) >= 0.8 * len(same)
    assert not list(file("x", "").parent.glob("*bag*"))


def test_a_bag_judges_by_the_models_that_lacked_a_sentence(command, clean, file):
    train = clean / "train.bio"
    own = command("check", train, "--suspects", clean / "bag", "--device", "cpu", "--json")
    assert own.code == 0
    assert rows(own) and {row["judges"] for row in rows(own)} == {1}
    assert json.loads(own.out)["suspects"].keys() == {"number", "unjudged", "listed"}
    other = file("other.bio", written(corpus(5, seed=9), "columns")[0])
    twice = ("--suspects", clean / "bag") * 2
    assert {row["judges"] for row in rows(command("check", other, *twice, "--json"))} == {4}
    scores = [row["score"] for row in rows(own)]
    assert scores == sorted(scores, reverse=True)


def test_text_shows_what_is_annotated_over_what_is_found(command, clean):
    arguments = ("check", clean / "train.bio", "--suspects", clean / "bag", "--limit", 2)
    found, listed = command(*arguments), rows(command(*arguments, "--json"))
    _, head, *blocks = found.out.rstrip("\n").rsplit("\n\n", 3)
    assert head.startswith("suspects: ") and head.endswith("; the surest 2")
    for rank, (block, row) in enumerate(zip(blocks, listed, strict=True), 1):
        first, annotated, predicted = block.split("\n")
        assert first.split() == [
            *(str(rank), f"{row['path']}:{row['line']}:"),
            *(f"{row['kind']},".split() + [f"{row['score']:.2f}"]),
        ]
        for line, name in ((annotated, "annotated"), (predicted, "found")):
            about = row[name]
            assert line.split()[:2] == [name, f"{about['probability']:.4f}"]
            for one in about["entities"]:
                assert f"[{one['text']}|{one['label']}]" in line


def test_a_kept_bag_is_gone_on_with_and_serves_again(command, clean, tmp_path):
    config = tmp_path / "two.yaml"
    config.write_text(TINY.read_text().replace("epochs: 3", "epochs: 1"), encoding="utf-8")
    arguments = ("check", clean / "train.bio", "--device", "cpu", "--json")
    by = ("--suspects", config, "--folds", 2, "--keep", tmp_path / "kept")
    first, again = command(*arguments, *by), command(*arguments, *by)
    assert [line for line in first.err.splitlines() if line.startswith("epoch ")]
    assert not [line for line in again.err.splitlines() if line.startswith("epoch ")]
    assert first.out == again.out
    assert len(members(tmp_path / "kept")) == 2
    assert command(*arguments, "--suspects", tmp_path / "kept").out == first.out


def test_nested_entities_are_not_judged_and_counted(command, clean, file):
    inner = {"start": 0, "end": 1, "label": "PER"}
    outer = {"start": 0, "end": 3, "label": "PER"}
    text = file("a.jsonl", json.dumps({"text": "陶一舟来了", "entities": [outer, inner]}))
    found = command("check", text, "--suspects", clean / "bag", "--json")
    assert "1 nested or crossing entities are not judged" in found.err
    assert json.loads(found.out)["suspects"]["unjudged"] == 1


def test_a_corpus_that_cannot_be_read_is_not_judged(command, clean, file):
    broken = file("a.bio", "阿\tX\n\n茶\tO\n")
    arguments = ("--from", "columns", "--suspects", clean / "bag", "--json")
    found = command("check", broken, *arguments)
    assert found.code == 1
    assert "suspects are not looked for" in found.err
    assert "suspects" not in json.loads(found.out)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--keep", "x"), 2, "goes with --suspects CONFIG"),
        (("--suspects", "{clean}/bag", "--folds", "3"), 2, "goes with --suspects CONFIG"),
        (("--suspects", str(TINY), "--suspects", "{clean}/bag"), 2, "one config alone"),
        (("--suspects", "{clean}"), 1, "not a bag: expected a folder that ner bag has made"),
        (("--suspects", "{clean}/gone"), 1, "gone: not a bag"),
        (("--suspects", "{clean}/bag/fold-1"), 1, "fold-1: not a bag"),
    ],
)
def test_what_cannot_judge_is_refused(command, clean, arguments, code, message):
    asked = [one.replace("{clean}", str(clean)) for one in arguments]
    found = command("check", clean / "train.bio", *asked)
    assert found.code == code
    assert message in " ".join(found.err.replace("│", " ").split()), os.linesep + found.err
