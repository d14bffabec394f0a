"""The tiny BERT, and what fills in with it."""

import pytest
from pretrained import bert

from ner.pretraining.source import load

__all__ = ["bert"]


@pytest.fixture
def filler(bert):
    """The tiny BERT with a new head."""
    return load(str(bert), seed=1)
