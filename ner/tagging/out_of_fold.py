"""TRAIN → ITS CROSS-VALIDATED TAGS: each document as the model tags it that never saw it.

out_of_fold.jsonl    in a bag's folder: train so tagged, each document with the fold it is in
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ner.corpus.folds import folds
from ner.corpus.repeats import plain
from ner.corpus.splits import Split, read_files
from ner.errors import CorpusError, ModelError
from ner.formats import ReadOptions
from ner.settings import FoldSettings
from ner.tagging.tagger import Tagger

OUT_OF_FOLD = "out_of_fold.jsonl"
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


def folds_of(bag: Path, count: int) -> dict[str, int]:
    """Which fold each sentence of a bag's train is in, by its plain text (``ner.corpus.repeats``).

    Args:
        bag: its folder.
        count: of its members.

    Raises:
        ModelError: the bag does not say, so it is none of folds.
        CorpusError: what it says is damaged.
    """
    place = bag / OUT_OF_FOLD
    if not place.is_file():
        why = "it is not known what each of its models was trained on; ner bag --folds writes that"
        raise ModelError(f"{bag}: there is no {OUT_OF_FOLD} in it: {why}")
    found = {}
    for document in read_files("train", [place], format="jsonl", options=ReadOptions()).documents:
        fold = document.fields.get(FOLD)
        if type(fold) is not int or not 1 <= fold <= count:
            line = document.place.line if document.place else None
            why = f"{FOLD}: got {fold!r}, expected a whole number from 1 to {count}"
            raise CorpusError(why, path=place, line=line)
        found.update({plain(one.text): fold for one in document.sentences})
    return found
