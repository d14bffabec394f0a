"""Taggers: one that was trained, and one that marks every run of 甲 or 乙, whatever stands near."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from trained import tiny_config, tiny_graph, tiny_run, train

import ner
from ner.features.channels import Characters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Featurizer
from ner.settings import FeatureSettings
from ner.tagging.tagger import Tagger

__all__ = ["tiny_graph", "tiny_run"]

KINDS = "甲乙"


class Runs:
    """Each run of one of ``KINDS`` in a text is an entity, and nothing else is."""

    def __init__(self):
        self.tags = ["O", *(f"{letter}-{kind}" for kind in KINDS for letter in "BI")]

    def tagger(self, window=256, overlap=64, batch_characters=4096):
        """Sees the runs as far as they lie in its windows."""
        settings = FeatureSettings.model_construct(normalise=(), max_length=window, overlap=overlap)
        featurizer = Featurizer(settings, {"characters": Characters(Vocabulary(KINDS))}, {})
        return Tagger(featurizer, self.tags, self._decoded, batch_characters=batch_characters)

    def spans(self, text):
        return [(found.start(), found.end()) for found in re.finditer("甲+|乙+", text)]

    def _decoded(self, batch):
        pairs = zip(batch.rows["characters"].tolist(), batch.lengths.tolist(), strict=True)
        rows = [self._row(row[:length]) for row, length in pairs]
        path = np.zeros(batch.rows["characters"].shape, dtype=np.int64)
        for row, tags in zip(path, rows, strict=True):
            row[: len(tags)] = tags
        halves = lambda spans, *_, **__: np.full(len(spans), 0.5)  # noqa: E731
        return SimpleNamespace(path=path, lengths=batch.lengths, probabilities=halves)

    def _row(self, numbers):
        before = [None, *numbers]
        return [2 * n - 3 + (n == before[i]) if n > 1 else 0 for i, n in enumerate(numbers)]


@pytest.fixture(scope="session")
def runs():
    return Runs()


@pytest.fixture(scope="session")
def tagger(tiny_run):
    return ner.load(tiny_run, device="cpu")


@pytest.fixture(scope="session")
def segmenting(tmp_path_factory):
    """A tagger whose features hold word boundaries."""
    changes = ("features.segmentation=true", "training.epochs=1", "training.batch_characters=999")
    run, _ = train(tiny_config(*changes), tmp_path_factory.mktemp("segmenting"))
    return ner.load(run.folder, device="cpu")
