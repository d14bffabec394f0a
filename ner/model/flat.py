"""A batch as arrays by name: what an exported graph reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.batch import Batch

CONTEXT = "context."


def flat(batch: Batch) -> dict[str, NDArray[Any]]:
    """Its arrays: ``mask``, ``rows.CHANNEL``, ``matches.PART``, ``pieces.PART``, and those of what
    stands before each sentence, with ``context.`` before the name."""
    return dict(_named(batch))


def _named(batch: Batch) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "mask", batch.mask
    for name, row in batch.rows.items():
        yield f"rows.{name}", row
    if batch.matches is not None:
        yield "matches.words", batch.matches.words
        yield "matches.slots", batch.matches.slots
        yield "matches.weights", batch.matches.weights
    if batch.pieces is not None:
        yield "pieces.ids", batch.pieces.ids
        yield "pieces.mask", batch.pieces.mask
        yield "pieces.index", batch.pieces.index
    if batch.context is not None:
        for name, array in _named(batch.context):
            yield CONTEXT + name, array


def without_context(batch: Batch) -> dict[str, NDArray[Any]]:
    """The arrays of a context of one character for each sentence that is none: its mask is false.

    A graph that reads contexts is given these where no sentence has one.
    """
    count = len(batch.mask)
    found: dict[str, NDArray[Any]] = {"mask": np.zeros((count, 1), dtype=np.bool_)}
    for name, array in flat(batch).items():
        if name.startswith("rows."):
            found[name] = np.zeros((count, 1), dtype=np.int64)
        elif name.startswith("matches."):
            found[name] = array[:0]
        elif name in ("pieces.ids", "pieces.mask"):
            found[name] = array[:1]  # a window of anything, which nobody attends to
        elif name == "pieces.index":
            found[name] = np.zeros((count, 1), dtype=np.int64)
    return {CONTEXT + name: array for name, array in found.items()}
