"""The table of runs over seeds: means, single scores, and seeds that are one tagger."""

import importlib
import json
import sys

import pytest
from streams import read, written
from trained import ROOT, SAMPLE, TINY
from verbs import command

import ner
from ner.evaluation import score
from ner.tagging.bag import load_together
from ner.tagging.loading import Loading

__all__ = ["command"]

SETTINGS = (
    "data={train: small.bio, dev: small.bio, test: small.bio}",
    "training.epochs=6",
    "training.learning_rate=0.04",
)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Forty sentences of the sample for each set, where settings look for a corpus."""
    gold, _ = read((SAMPLE / "test.bio").read_bytes(), "columns")
    (tmp_path / "small.bio").write_bytes(written(gold[:40], "columns")[0])
    monkeypatch.setenv("NER_CORPORA", str(tmp_path))
    return gold[:40]


@pytest.fixture
def runs(command, corpus, tmp_path):
    """The folder of three runs as the script would have finished them."""
    folder = tmp_path / "tiny" / "default"
    for seed in range(1, 4):
        run = folder / f"seed{seed}"
        sets = [part for one in (f"seed={seed}", *SETTINGS) for part in ("--set", one)]
        assert command("train", TINY, "-o", run, *sets).code == 0
        (run / "seconds.json").write_text("1.0")
    return folder


@pytest.fixture
def table(runs, capfd, monkeypatch):
    """Runs the script with options; gives the cells of the table's rows."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    script = importlib.import_module("quality")

    def made(*options):
        sets = [part for one in SETTINGS for part in ("--set", one)]
        output, seeds = str(runs.parents[1]), ("--seeds", "1", "2", "3")
        monkeypatch.setattr(
            sys, "argv", ["quality.py", str(TINY), "-o", output, *seeds, *sets, *options]
        )
        script.main()
        lines = capfd.readouterr().out.splitlines()
        return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line][
            2:
        ]

    yield made
    sys.modules.pop("quality", None)


def test_bags_of_seeds_stand_below_the_single_runs(table, runs, corpus):
    single, bags = table("--bags", "2")
    own = [json.loads((runs / f"seed{seed}" / "test.json").read_text()) for seed in range(1, 4)]
    assert single[0] == "as configured"
    assert single[5].split() == [f"{100 * one['overall']['f1']:.2f}" for one in own]
    assert bags[0] == "as configured, bags of 2"
    together = load_together([runs / "seed1", runs / "seed2"], Loading(device="cpu"))
    f1 = score(corpus, list(together.pipe_documents(corpus))).overall.f1
    assert bags[5] == f"{100 * f1:.2f}"  # the third has no second one
    assert {one.name for one in runs.glob("bag*")} == {"bag1-2"}
    assert ner.load(runs / "bag1-2", device="cpu").labels == ["LOC", "ORG", "PER"]

    known = runs / "bag1-2" / "figures.json"  # what is known of a bag is not measured again
    known.write_text(json.dumps({**json.loads(known.read_text()), "f1": 12.5}))
    assert table("--bags", "2", "--no-runs")[1][5] == "12.50"
    assert len(table()) == 1
