"""What is built of the project has the model in the package, and is no larger than it must be."""

import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest
from trained import ROOT

from ner.model.catalogue import SHIPPED, STANDARD
from ner.model.folder import DESCRIPTION

pytest.importorskip("setuptools", minversion="77", reason="setuptools 77 is not installed")

LARGEST = 12_000_000  # bytes of a wheel: a model of 10 MB and the code
INSIDE = f"ner/shipped/{STANDARD}/"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """What a package is built of; without a shipped model files stand in for one."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "ner", folder / "ner", ignore=shutil.ignore_patterns("__pycache__"))
    model = folder / "ner" / "shipped" / STANDARD
    if not (model / DESCRIPTION).is_file():
        model.mkdir(parents=True)
        for name in (DESCRIPTION, "README.md", "model.onnx", "features.safetensors"):
            (model / name).write_bytes(b"{}")
    return folder


def built(source, what):
    """The names of the files in the archive, and its size."""
    program = f"from setuptools import build_meta; build_meta.build_{what}('{what}')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (archive,) = (source / what).iterdir()
    if what == "wheel":
        with zipfile.ZipFile(archive) as opened:
            return set(opened.namelist()), archive.stat().st_size
    with tarfile.open(archive) as opened:
        return {name.partition("/")[2] for name in opened.getnames()}, archive.stat().st_size


@pytest.mark.parametrize("what", ["wheel", "sdist"])
def test_the_shipped_model_goes_into_the_package(source, what):
    names, size = built(source, what)
    model = source / "ner" / "shipped" / STANDARD
    assert {INSIDE + one.name for one in model.iterdir()} <= names
    assert "ner/pages/web/base.css" in names
    assert not [name for name in names if name.endswith(".pyc")]
    assert size <= LARGEST


def test_there_is_no_code_beside_the_models():
    assert not list(SHIPPED.rglob("*.py"))
