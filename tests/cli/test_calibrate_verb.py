"""``ner calibrate``: what it fits is kept, said, and used by what loads the model."""

import json
import shutil

import pytest
from trained import SAMPLE

import ner
from ner.calibration import read_calibration
from ner.tagging.bag import write_bag
from ner.tagging.thresholds import THRESHOLDS

DEV = SAMPLE / "train.bio"  # of the sample, the part with enough entities


@pytest.fixture
def model(tiny_run, tmp_path):
    """A copy of the model, which may be written into."""
    return shutil.copytree(tiny_run / "model", tmp_path / "model")


def test_the_figures_are_printed_and_what_is_kept_is_used(command, model):
    before = ner.load(model, device="cpu")
    found = command("calibrate", model, DEV)
    head, columns, *rows, kept = found.out.splitlines()
    assert found.code == 0 and "entities found, " in head
    assert columns.split() == ["scores", "T", "slope", "bias", "ECE", "log", "loss"]
    errors = {row.rsplit(maxsplit=5)[0].strip(): float(row.split()[-2]) for row in rows}
    name = kept.removeprefix("kept: ").removesuffix(f", in {model / 'calibration.json'}")
    assert errors[name] == min(errors.values())
    after = ner.load(model, device="cpu")
    assert after.calibration == read_calibration(model) != before.calibration
    text = "陶小满把信寄到了衢州。"
    spans = [[(e.start, e.end, e.label) for e in one(text).entities] for one in (before, after)]
    assert spans[0] == spans[1] != []
    assert [e.score for e in before(text).entities] != [e.score for e in after(text).entities]


def test_json_has_every_trial(command, model):
    found = json.loads(command("calibrate", model, DEV, "--json").out)
    kept = json.loads((model / "calibration.json").read_text())
    trial = found["trials"][found["chosen"]]
    names = ("temperature", "slope", "bias", "threshold")
    assert trial["calibration"] == {name: kept[name] for name in names}
    assert kept["fitted"]["error"] == pytest.approx(trial["error"], abs=1e-6)
    assert kept["fitted"]["entities"] == found["entities"]


def test_a_threshold_is_fitted_where_it_is_asked_for(command, model):
    found = command("calibrate", model, DEV, "--threshold")
    (line,) = [one for one in found.out.splitlines() if "by the best path" in one]
    assert found.code == 0
    kept = read_calibration(model).threshold
    assert line.endswith(f" by scores of {kept:g} and more" if kept else "no more by any threshold")
    told = json.loads(command("calibrate", model, DEV, "--threshold", "--json").out)["threshold"]
    assert told["value"] == kept and len(told["by_threshold"]) == len(THRESHOLDS)
    assert max(told["by_threshold"].values()) >= told["by_path"] or kept is None
    command("calibrate", model, DEV)
    assert read_calibration(model).threshold is None


def test_a_bag_has_its_own_calibration(command, model, tmp_path):
    bag = tmp_path / "bag"
    for name in ("one", "two"):
        shutil.copytree(model, bag / name)
    write_bag(bag, ["one", "two"])
    assert command("calibrate", bag, DEV).code == 0
    assert ner.load(bag, device="cpu").calibration == read_calibration(bag)
    assert not (bag / "one" / "calibration.json").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("雨\tO\n停\tO\n", "no entity is annotated in it"),
        ("丽\tB-LOC\n水\tI-LOC\n", "entities in it, expected 50 or more"),
    ],
    ids=["none", "few"],
)
def test_a_set_that_says_too_little_is_an_error(command, model, tmp_path, content, message):
    path = tmp_path / "dev.bio"
    path.write_text(content, encoding="utf-8")
    found = command("calibrate", model, path).message
    assert message in found and str(path) in found
    assert not (model / "calibration.json").exists()


def test_a_damaged_calibration_is_named(command, model):
    (model / "calibration.json").write_text("{")
    message = command("predict", "-m", model, stdin=b"\n").message
    assert f"{model / 'calibration.json'}: damaged" in message
