"""``ner train --find-lr``: a chart or JSON on stdout, and nothing on the disk."""

import json

import pytest
import yaml
from streams import written
from trained import SENTENCES, TINY, annotated

from ner.cli.rates import ROWS, chart
from ner.training.rate_search import RateSearch, Tried


@pytest.fixture
def find(command, tmp_path, monkeypatch):
    """``ner train CONFIG --find-lr`` in a folder that holds the config and its corpus alone."""
    content, _ = written(map(annotated, SENTENCES), "columns")
    (tmp_path / "train.bio").write_bytes(content)
    settings = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    settings["data"] = {"root": ".", "train": "train.bio", "dev": "train.bio"}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return lambda *rest: command("train", "own.yaml", "--find-lr", *rest)


def test_a_chart_and_the_suggested_rate_are_printed_and_nothing_is_written(find, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    found = find()
    assert found.code == 0
    head, *rows, last = found.out.splitlines()
    assert head.split() == ["rate", "loss"]
    assert 10 < len(rows) <= ROWS + 1
    assert last.startswith("suggested: training.learning_rate=")
    assert 1e-5 < float(last.partition("=")[2]) < 1
    assert "no run folder" in found.err
    assert sorted(tmp_path.rglob("*")) == before


def test_json_is_the_same_every_time(find):
    found = find("--json")
    rows = json.loads(found.out)
    assert found.out == find("--json").out
    assert rows.keys() == {"suggested", "diverged", "tried"}
    assert rows["tried"][0].keys() == {"rate", "loss", "smoothed"}
    assert rows["tried"][0]["rate"] == 1e-6


@pytest.mark.parametrize("rest", [["-o", "run"], ["--resume"], ["--force"]])
def test_what_is_about_a_run_folder_is_refused(find, rest):
    found = find(*rest)
    assert found.code == 2
    assert "--find-lr has no run folder" in found.err


def test_a_run_prints_no_json(find, command):
    found = command("train", "own.yaml", "--json")
    assert found.code == 2
    assert "only --find-lr prints JSON" in found.err


def test_a_chart_shows_the_highest_loss_as_the_longest_bar():
    rows = tuple(Tried(1e-6 * 2**n, 0.0, 8.0 - n / 10) for n in range(70))
    lines = chart(RateSearch(rows, diverged=True)).splitlines()
    bars = [line.count("█") for line in lines]
    assert max(bars) == bars[1] == 40
    assert len(lines) <= ROWS + 3
    assert lines[-2] == "then the loss diverged"


def test_a_search_without_a_fall_says_so():
    assert chart(RateSearch((), diverged=True)).endswith(
        "then the loss diverged\nno rate to suggest: the loss never falls"
    )
