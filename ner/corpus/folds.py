"""TRAIN → ITS FOLDS: parts that are left out one after another, and what stays of train then.

A fold has its share of every label; documents of one id or with a sentence in common are in one
fold, so what is left out was never trained on (``ner.corpus.division``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ner.corpus.division import spread
from ner.corpus.splits import Split, read_split
from ner.corpus.splits import read_training as read_whole
from ner.errors import CorpusError
from ner.settings import DataSettings, FoldSettings


def read_training(settings: DataSettings, *, seed: int) -> tuple[Split, Split]:
    """The train and dev splits; where the settings name a fold, train lacks it.

    The fold is the dev set if there is no other.

    Raises:
        CorpusError: a file cannot be read, there are too few documents, or no entity is left.
    """
    if settings.fold is None:
        return read_whole(settings, seed=seed)
    kept, held = leave_out(read_split("train", settings.paths(settings.train), settings), settings)
    if not kept.labels:
        raise CorpusError("no entity is annotated in it: nothing to learn", path=kept.path)
    if settings.dev is not None:
        held = read_split("dev", settings.paths(settings.dev), settings)
    return kept, held


def leave_out(train: Split, settings: DataSettings) -> tuple[Split, Split]:
    """What stays of train without the fold, and the fold, both in train's order.

    What stays knows all labels of train, so that the models of all folds have the same.

    Raises:
        CorpusError: there are too few documents for so many folds.
    """
    assert settings.fold is not None
    left_out = set(folds(train, settings.fold)[settings.fold.number - 1])
    kept = tuple(one for place, one in enumerate(train.documents) if place not in left_out)
    held = tuple(one for place, one in enumerate(train.documents) if place in left_out)
    return (
        replace(train, documents=kept, known=frozenset(train.labels)),
        Split("dev", train.path, held, Counter()),
    )


def folds(train: Split, settings: FoldSettings) -> list[list[int]]:
    """The places of the documents in each fold.

    Raises:
        CorpusError: there are too few documents for so many folds.
    """
    parts = spread(train.documents, (1.0,) * settings.count, seed=settings.seed)
    if not all(parts):
        count = f"{len(train.documents):,} documents"
        why = f"{count} are too few for {settings.count} folds with no text in two"
        raise CorpusError(why, path=train.path)
    return parts
