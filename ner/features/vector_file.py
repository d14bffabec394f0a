"""The file of vectors that ``ner vectors`` writes: its one reader and its one writer.

It is safetensors. For each table of ``characters``, ``bigrams`` and ``words`` there are

    NAME.vectors   float16 (names, size)
    NAME.names     uint8: the names in UTF-8, joined by line feeds, the most frequent first
    NAME.counts    int64 (names): how often each occurred; a file of other origin may lack it

and the metadata's one entry, ``about``, is JSON: what the vectors were made of and how.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.errors import CorpusError
from ner.features.featurizer import BIGRAMS, CHARACTERS, WORDS
from ner.storage import dumps, write_bytes

TABLES = (CHARACTERS, BIGRAMS, WORDS)
ENDING = ".safetensors"
ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Stored:
    """One table of a file of vectors."""

    table: str
    names: list[str]
    rows: NDArray[np.generic]  # (names, size)
    counts: NDArray[np.int64] | None = None  # (names)

    @property
    def size(self) -> int:
        return int(self.rows.shape[1])


def write_vectors(path: Path, tables: Iterable[Stored], about: Mapping[str, Any]) -> None:
    """The file, whole or not at all; the same bytes for the same tables."""
    from safetensors.numpy import save

    tensors: dict[str, NDArray[Any]] = {}
    for one in tables:
        names = "\n".join(one.names).encode("utf-8")
        tensors[f"{one.table}.vectors"] = np.ascontiguousarray(one.rows, dtype=np.float16)
        tensors[f"{one.table}.names"] = np.frombuffer(names, dtype=np.uint8)
        if one.counts is not None:
            tensors[f"{one.table}.counts"] = one.counts.astype(np.int64)
    # One entry, because safetensors writes several in any order.
    write_bytes(path, save(tensors, metadata={ABOUT: dumps(about)}))


def read_stored(path: Path) -> Iterator[Stored]:
    """The tables of the file.

    Raises:
        CorpusError: it cannot be read, or is not such a file.
    """
    from safetensors.numpy import load_file

    with _told(path):
        tensors = load_file(path)
        for table in TABLES:
            if f"{table}.vectors" in tensors:
                yield _stored(path, table, tensors)


def read_about(path: Path) -> dict[str, Any]:
    """What the file says of its making; nothing if it is of other origin.

    Raises:
        CorpusError: it cannot be read, or is not such a file.
    """
    from safetensors import safe_open

    with _told(path), safe_open(str(path), framework="numpy") as file:
        about = json.loads((file.metadata() or {}).get(ABOUT, "{}"))
        if not isinstance(about, dict):
            raise ValueError(f"{ABOUT} is {about!r}, expected an object")
        return about


def _stored(path: Path, table: str, tensors: Mapping[str, NDArray[Any]]) -> Stored:
    rows = tensors[f"{table}.vectors"]
    names = tensors[f"{table}.names"].tobytes().decode("utf-8").split("\n")
    counts = tensors.get(f"{table}.counts")
    if rows.ndim != 2:
        raise CorpusError(f"damaged: vectors of {table} of shape {rows.shape}", path=path)
    if len(names) != len(rows):
        why = f"{len(names)} names of {table}, but {len(rows)} vectors"
        raise CorpusError(f"damaged: {why}", path=path)
    if counts is not None and counts.shape != (len(names),):
        why = f"{len(names)} names of {table}, but counts of shape {counts.shape}"
        raise CorpusError(f"damaged: {why}", path=path)
    return Stored(table, names, rows, counts)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Errors of reading, with the file's name."""
    from safetensors import SafetensorError

    try:
        path.open("rb").close()  # safetensors' own error would name the file once more
        yield
    except OSError as error:
        raise CorpusError(error.strerror or str(error), path=path) from error
    except (SafetensorError, KeyError, ValueError, RecursionError) as error:
        raise CorpusError(
            f"not vectors as `ner vectors` writes them: {error}", path=path
        ) from error
