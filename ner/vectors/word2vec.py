"""Vectors of names by word2vec (Mikolov et al. 2013), as gensim computes it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.vectors.plan import Plan
from ner.vectors.tokens import Tokens


def version() -> str:
    """gensim's; where it is not installed, this is where it is missed."""
    import gensim

    return str(gensim.__version__)


def train(
    tokens: Tokens, plan: Plan, *, skip_gram: bool, ended: Callable[[], None]
) -> NDArray[np.float32]:
    """The vectors of the names in ``tokens.counts``, in their order: (names, size).

    Args:
        ended: is told of every epoch's end.
    """
    from gensim.models import Word2Vec

    with _silent("gensim"):
        model = Word2Vec(
            vector_size=plan.size,
            window=plan.window,
            min_count=1,  # rarer names are not among the counts
            workers=plan.workers,
            sg=int(skip_gram),
            seed=plan.seed,
            sorted_vocab=0,  # the counts are in order, equal ones too
        )
        model.build_vocab_from_freq(dict(tokens.counts), corpus_count=tokens.lines)
        model.train(
            corpus_file=str(tokens.path),
            # A worker lowers its learning rate by its own lines, so of these it is told.
            total_examples=-(-tokens.lines // plan.workers),
            total_words=tokens.total,
            epochs=plan.epochs,
            callbacks=(_Epochs(ended),),
        )
    vectors: NDArray[np.float32] = model.wv.vectors
    return vectors


@contextmanager
def _silent(name: str) -> Iterator[None]:
    """Without the remarks of a library about its own work."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


class _Epochs:
    """What gensim calls in training: ``CallbackAny2Vec`` without its import."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self._ended = ended

    def on_train_begin(self, model: Any) -> None:
        pass

    def on_epoch_begin(self, model: Any) -> None:
        pass

    def on_epoch_end(self, model: Any) -> None:
        self._ended()

    def on_train_end(self, model: Any) -> None:
        pass
