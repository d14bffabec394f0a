"""The names whose vectors lie nearest to a name's own, and what else a file of vectors tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ner.errors import ConfigError
from ner.features.vector_file import Stored, read_about, read_stored
from ner.vectors.plan import normaliser

NEAREST = 10
FREQUENT = 10  # names that are shown of a table

Near = dict[str, list[tuple[str, float]]]


def summary(path: Path) -> dict[str, Any]:
    """What a user may want to know of a file of vectors, as plain data.

    Raises:
        CorpusError: it cannot be read, or is not such a file.
    """
    tables = {one.table: _described(one) for one in read_stored(path)}
    return {"file": str(path), "bytes": path.stat().st_size, "tables": tables, **read_about(path)}


def nearest_names(path: Path, name: str, *, count: int = NEAREST) -> Near:
    """By table, the ``count`` names most like ``name``, and their cosines; the nearest first.

    The name is normalised as those of the file are.

    Raises:
        ConfigError: no table has the name.
        CorpusError: the file cannot be read, or is not such a file.
    """
    own = normaliser(read_about(path).get("normalise", ())).text(name)
    tables = list(read_stored(path))
    found = {one.table: nearest(one, own, count=count) for one in tables if own in one.names}
    if not found:
        known = ", ".join(one.table for one in tables) or "no table"
        raise ConfigError(f"{path}: there is no vector of {own!r} in it (in {known})")
    return found


def nearest(stored: Stored, name: str, *, count: int) -> list[tuple[str, float]]:
    """The names of the table most like ``name``, itself left out, and their cosines."""
    rows = stored.rows.astype(np.float32)
    norms = np.linalg.norm(rows, axis=1)
    rows /= np.where(norms > 0, norms, 1)[:, None]
    own = stored.names.index(name)
    cosines = rows @ rows[own]  # (names)
    order = np.argsort(-cosines, kind="stable")
    chosen = [int(place) for place in order[: count + 1] if place != own]
    return [(stored.names[place], float(cosines[place])) for place in chosen[:count]]


def _described(stored: Stored) -> dict[str, Any]:
    counts = stored.counts
    return {
        "names": len(stored.names),
        "size": stored.size,
        "tokens": None if counts is None else int(counts.sum()),
        "frequent": stored.names[:FREQUENT],
    }
