"""A small model, trained once a session, and what tests of training are made from."""

import re
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

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


@cache
def trained_once(basetemp):
    """However many conftest files import the fixture, it is trained once."""
    run, _ = train(tiny_config(), basetemp / "trained")
    return run.folder


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory):
    """The folder of a finished run of ``tiny.yaml``."""
    return trained_once(tmp_path_factory.getbasetemp())
