"""BATCH → SMALLER BATCHES: what fits a processor's cache is computed faster."""

from __future__ import annotations

from collections.abc import Iterator

from ner.features.batch import Batch


def parts(batch: Batch, *, characters: int) -> Iterator[tuple[int, int, Batch]]:
    """The rows ``start…end`` as batches of at most so many places, or of one row.

    Each is as long as its longest sentence. A batch with contexts or pieces is left whole.
    """
    lengths = batch.lengths.tolist()
    if batch.context is not None or batch.pieces is not None:
        yield 0, len(lengths), batch
        return
    start = longest = 0
    for row, length in enumerate(lengths):
        longest = max(longest, length)
        if row > start and longest * (row + 1 - start) > characters:
            yield start, row, _rows(batch, start, row)
            start, longest = row, length
    yield start, len(lengths), _rows(batch, start, len(lengths))


def _rows(batch: Batch, start: int, end: int) -> Batch:
    width, length = batch.mask.shape[1], int(batch.lengths[start:end].max())
    matches = batch.matches
    if matches is not None:
        matches = matches.of_rows(start, end, width=width, length=length)
    return Batch(
        rows={name: row[start:end, :length] for name, row in batch.rows.items()},
        mask=batch.mask[start:end, :length],
        matches=matches,
    )
