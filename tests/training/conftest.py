"""A corpus of six sentences, and runs on it."""

import pytest
from streams import written
from trained import SENTENCES, annotated, tiny_config, tiny_run, train
from verbs import command

from ner.evaluation import Score, Scores
from ner.training import loop

__all__ = ["command", "tiny_run"]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """The folder of ``small.bio``."""
    folder = tmp_path_factory.mktemp("corpus")
    content, _ = written(map(annotated, SENTENCES), "columns")
    (folder / "small.bio").write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def config(corpus):
    """Makes settings of a run on the corpus."""
    data = (f"data.root={corpus}", "data.train=small.bio", "data.dev=small.bio")
    fast = ("training.batch_characters=16", "training.learning_rate=0.04")
    return lambda *overrides: tiny_config(*data, *fast, *overrides)


@pytest.fixture
def ready(config, tmp_path):
    """A run on the corpus that has not begun."""

    def made(*overrides):
        run, _ = train(config(*overrides), tmp_path / "ready", stop_after=0)
        return run

    return made


@pytest.fixture
def scored(monkeypatch):
    """Gives the epochs these F1, whatever the network finds."""

    def given_these(*f1s):
        waiting = iter(f1s)
        made = lambda *_: Scores(Score(0.0, 0.0, next(waiting), 9), {}, 4, 0)  # noqa: E731
        monkeypatch.setattr(loop, "score", made)

    return given_these
