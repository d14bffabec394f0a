"""TRAIN → ITS CROSS-VALIDATED TAGS: each document as the model tags it that never saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ner.corpus.folds import folds
from ner.corpus.splits import Split
from ner.settings import FoldSettings
from ner.tagging.tagger import Tagger

FOLD = "fold"  # the field that says which fold a document is in, from 1


def out_of_fold(train: Split, taggers: Sequence[Tagger], *, seed: int) -> Split:
    """Train with the found entities instead of the annotated ones, in its own order.

    Args:
        train: all of it.
        taggers: the first lacked the first fold, and so on.
        seed: of the folds.
    """
    settings = FoldSettings(count=len(taggers), number=1, seed=seed)
    documents = list(train.documents)
    for number, (tagger, places) in enumerate(zip(taggers, folds(train, settings), strict=True), 1):
        held = [train.documents[place] for place in places]
        for place, found in zip(places, tagger.pipe_documents(held), strict=True):
            documents[place] = replace(found, fields={**found.fields, FOLD: number})
    return replace(train, documents=tuple(documents))
