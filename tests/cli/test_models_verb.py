"""``ner models``, and the verbs that take the standard model where none is named."""

import json
import shutil

import pytest
from trained import SAMPLE

import ner
from ner.errors import ConfigError
from ner.model import catalogue
from ner.model.folder import find

TEXT = "陶小满把信寄到了衢州。"
BIO = "陶\tB-PER\n小\tI-PER\n满\tI-PER\n来\tO\n"


@pytest.fixture
def shipped(bare_run, tmp_path, monkeypatch):
    """A package that ships a model; nothing else has a name."""
    monkeypatch.delenv("NER_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(catalogue, "SHIPPED", tmp_path / "shipped")
    return shutil.copytree(find(bare_run), tmp_path / "shipped" / "standard")


def test_what_is_shipped_is_listed(command, shipped):
    done = command("models")
    assert (done.code, done.err) == (0, "")
    assert "standard" in done.out and "LOC, ORG, PER" in done.out
    assert str(shipped.parent) in done.out
    about = json.loads(command("models", "--json").out)
    assert [one["place"] for one in about["searched"]] == ["user", "shipped"]
    assert about["models"][0]["sha256"] == catalogue.digest(shipped)


def test_verbs_take_the_shipped_model_where_none_is_named(command, shipped, file, tmp_path):
    gold = file("gold.bio", BIO)
    told = command("predict", "--workers", 1, stdin=TEXT.encode())
    assert told.code == 0 and json.loads(told.out)["text"] == TEXT
    assert told.out == command("predict", "-m", "standard", "--workers", 1, stdin=TEXT.encode()).out
    assert command("evaluate", gold).out == command("evaluate", shipped, gold).out
    assert json.loads(command("info", "--json").out)["folder"] == str(shipped)
    labelled = command("label", file("a.txt", TEXT), "-o", tmp_path / "l.jsonl", "--min-score", 0)
    assert labelled.code == 0
    page = command("explain", TEXT, "-o", tmp_path / "page.html")
    assert page.code == 0 and (tmp_path / "page.html").is_file()


def test_without_a_model_verbs_say_what_is_missing(command, shipped, file):
    shutil.rmtree(shipped)
    assert "no model has a name here" in command("models").out
    for verb in (("predict",), ("info",), ("evaluate", file("gold.bio", BIO))):
        assert "no model is given, and none is named 'standard' in" in command(*verb).message


def test_evaluate_takes_a_file_and_perhaps_a_model(command, file):
    gold = file("gold.bio", BIO)
    done = command("evaluate", "a", gold, gold)
    assert done.code == 2 and "expected [MODEL] FILE" in done.err


def test_a_pool_takes_a_name(shipped):
    with ner.Pool("standard", workers=1, loading=ner.Loading("cpu")) as pool:
        assert [one.text for one in pool.pipe([TEXT])] == [TEXT]


@pytest.mark.parametrize("score", [-0.1, 2])
def test_a_least_score_is_a_probability(shipped, score):
    with pytest.raises(ConfigError, match=f"min_score: got {score}, expected a number from 0 to 1"):
        ner.load("standard", min_score=score)


@pytest.mark.slow
def test_verbs_that_write_into_a_model_take_a_name_too(command, shipped):
    assert command("export", "standard").code == 0 and (shipped / "model.onnx").is_file()
    assert command("calibrate", "standard", SAMPLE / "dev.bio").code == 0
    assert (shipped / "calibration.json").is_file()
    assert "did you mean 'standard'?" in command("export", "standart").message
