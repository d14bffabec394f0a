"""What `make demo` and `make model` do, with and without a model in the package."""

import os
import shutil
import subprocess
import sys

import pytest
from trained import ROOT

MAKE = shutil.which("make")


def planned(folder, *goals):
    """The commands of goals, none of which is run."""
    command = [MAKE, "-n", "-o", "install", *goals]
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # of the make that runs the tests
    own = {name: value for name, value in os.environ.items() if name not in outer}
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.fixture
def checkout(tmp_path):
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.mark.skipif(MAKE is None, reason="make is not installed")
def test_the_demo_fine_tunes_the_shipped_model_where_there_is_one(checkout):
    without = planned(checkout, "demo")
    assert [line.split()[1] for line in without] == ["train", "evaluate", "predict"]
    assert "configs/quickstart.yaml" in without[0] and "--init-from" not in without[0]
    model = checkout / "ner" / "shipped" / "standard"
    model.mkdir(parents=True)
    (model / "model.json").touch()
    shipped = planned(checkout, "demo")
    assert [line.split()[1] for line in shipped] == ["predict", "train", "evaluate", "predict"]
    assert "--init-from ner/shipped/standard" in shipped[1]


@pytest.mark.skipif(MAKE is None, reason="make is not installed")
def test_the_model_is_built_by_one_script_on_the_chosen_device(checkout):
    (line,) = planned(checkout, "model", "DEVICE=cuda")
    assert line.endswith("benchmarks/shipped_model.py --device cuda")


def test_a_build_without_corpora_says_what_is_missing(tmp_path):
    script = ROOT / "benchmarks" / "shipped_model.py"
    done = subprocess.run(
        [sys.executable, str(script), "-o", str(tmp_path / "out")],
        env={"PATH": "", "PYTHONPATH": str(ROOT)},
        **{"cwd": tmp_path, "capture_output": True, "text": True, "check": False},
    )
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("error: NER_CORPORA names no folder")
    assert list(tmp_path.iterdir()) == []
