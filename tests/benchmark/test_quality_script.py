"""The table of runs over seeds: means, single scores, and seeds that are one tagger."""

import importlib
import json
import sys

import pytest
from streams import read
from trained import ROOT, SAMPLE, TINY

import ner
from ner.evaluation import score

SETTINGS = ("training.epochs=2", "training.learning_rate=0.04", "data.test=test.bio")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The finished runs' folder, and the table's rows with bags of so many; nothing runs twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        patch.chdir(ROOT)  # data/sample is counted from there
        script = importlib.import_module("quality")
        output = tmp_path_factory.mktemp("quality")

        def made(capsys, *options, seeds=(1, 2, 3)):
            patch.setattr(sys, "argv", ["quality.py", str(TINY), "-o", str(output)])
            sys.argv += ["--seeds", *map(str, seeds), *options]
            sys.argv += [part for one in SETTINGS for part in ("--set", one)]
            script.main()
            lines = capsys.readouterr().out.splitlines()
            rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
            return next(output.glob("tiny/*")), [row for row in rows if row][2:]

        yield made
    sys.modules.pop("quality", None)


def test_bags_of_seeds_stand_below_the_single_runs(table, capsys):
    folder, (single, bags) = table(capsys, "--bags", "2", seeds=(1, 2, 3, 4, 5))
    assert single[0] == "as configured" and len(single[5].split()) == 5
    assert bags[0] == "as configured, bags of 2"
    gold, _ = read((SAMPLE / "test.bio").read_bytes(), "columns")
    expected = []
    for seeds in ((1, 2), (3, 4)):  # the fifth has no second one
        members = [ner.load(folder / f"seed{seed}", device="cpu") for seed in seeds]
        together = ner.load(folder / "bag{}-{}".format(*seeds), device="cpu")
        assert together.labels == members[0].labels
        f1 = score(gold, list(together.pipe_documents(gold))).overall.f1
        expected.append(f"{100 * f1:.2f}")
    assert bags[5].split() == expected
    assert {one.name for one in folder.glob("bag*")} == {"bag1-2", "bag3-4"}


def test_what_is_known_of_a_bag_is_not_measured_again(table, capsys):
    folder, _ = table(capsys, "--bags", "3")
    known = folder / "bag1-2-3" / "figures.json"
    figures = json.loads(known.read_text())
    known.write_text(json.dumps({**figures, "f1": 12.5}))
    _, rows = table(capsys, "--bags", "3", "--no-runs")
    assert rows[1][5] == "12.50"
    _, rows = table(capsys, "--no-runs")
    assert len(rows) == 1
