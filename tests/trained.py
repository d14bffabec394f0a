"""A small model and its graphs, made once however many processes run the suite, and its makings."""

import os
import re
import shutil
from itertools import islice
from pathlib import Path

import pytest
from filelock import FileLock

from ner.config import load_config
from ner.document import Document, Entity
from ner.training.run import Run

TINY = Path(__file__).with_name("tiny.yaml")
ROOT = TINY.parents[1]
SAMPLE = ROOT / "data" / "sample"
MENTION = re.compile(r"\[(.+?)\|(.+?)\]")

SENTENCES = (
    "[陶小满|PER]把信寄到了[衢州|LOC]。",
    "[青禾书店|ORG]搬到[丽水|LOC]以后，[骆一舟|PER]常去。",
    "雨下了整夜，院子里没有人。",
    "[骆一舟|PER]在[青禾书店|ORG]等[陶小满|PER]。",
    "从[衢州|LOC]到[丽水|LOC]，车要开三个钟头。",
    "[陶小满|PER]说，[丽水|LOC]的橘子比往年甜。",
)


def annotated(marked):
    """The document that ``[陶小满|PER]来了`` stands for."""
    text, entities, last = "", [], 0
    for found in MENTION.finditer(marked):
        text += marked[last : found.start()]
        entities.append(Entity(found[1], found[2], len(text), len(text) + len(found[1])))
        text, last = text + found[1], found.end()
    return Document(text + marked[last:], tuple(entities))


def tiny_config(*overrides):
    return load_config(TINY, overrides)


def train(config, folder, *, stop_after=None, **how):
    """A run and its epochs; it is left where it stands after ``stop_after`` of them."""
    run = Run(config, folder, device="cpu", **how)
    return run, list(islice(run.epochs(), stop_after))


def made_once(factory, name, make):
    """A folder of this process that holds what ``make`` puts into one, which is called once.

    pytest-xdist's processes share what the first of them made. Each has a copy, so that tests of
    one process cannot disturb those of another.
    """
    own = factory.getbasetemp() / name
    shared = own
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = factory.getbasetemp().parent / name
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            making = shared.with_name(f"{name}.part")
            make(making)
            making.rename(shared)
    if not own.exists():
        shutil.copytree(shared, own)
    return own


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory):
    """The folder of a finished run of ``tiny.yaml``."""
    return made_once(tmp_path_factory, "trained", lambda folder: train(tiny_config(), folder))


@pytest.fixture(scope="session")
def bare_run(tmp_path_factory):
    """One without attention, whose graph is made in half the time."""
    config = tiny_config("model.attention=none")
    return made_once(tmp_path_factory, "bare", lambda folder: train(config, folder))


def _exported(factory, run, quantize):
    from ner.export.export import export

    def make(folder):
        export(run, folder, quantize=quantize)

    return made_once(factory, f"graph-{quantize}", make)


@pytest.fixture(scope="session")
def tiny_graph(tiny_run, tmp_path_factory):
    """The folder of its model as a graph, without weights: loaded sooner than PyTorch is."""
    return _exported(tmp_path_factory, tiny_run, "none")


@pytest.fixture(scope="session")
def tiny_int8(tiny_run, tmp_path_factory):
    """The same in 8 bits."""
    return _exported(tmp_path_factory, tiny_run, "int8")
