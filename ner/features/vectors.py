"""Ready vectors of characters, bigrams and words, out of files, pruned to what is needed.

Two kinds of files are read: what ``ner vectors`` writes (``vector_file.py``), and word2vec's text
format (``word2vec.py``), whose names of one character are characters and words, those of two
bigrams and words, and longer ones words. Of a text file of any length no more is in memory than
what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ner.errors import CorpusError
from ner.features.channels import Bigrams
from ner.features.featurizer import BIGRAMS, CHARACTERS, WORDS
from ner.features.vector_file import ENDING, read_stored
from ner.features.word2vec import read_lines

Floats = NDArray[np.float32]
BY_LENGTH = {1: (CHARACTERS, WORDS), 2: (BIGRAMS, WORDS)}  # of names in word2vec's format


@dataclass(frozen=True, slots=True)
class Vectors:
    """Names and their vectors, the most frequent first."""

    names: tuple[str, ...]
    rows: Floats  # (names, size), of a mean norm of 1

    @property
    def size(self) -> int:
        return int(self.rows.shape[1])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is kept of a file: what is needed and, of each table, the first ``spare`` others."""

    needed: Mapping[str, Set[str]]  # by table; a table that is not in it is left out
    spare: int

    @classmethod
    def by(cls, texts: Iterable[str], words: Set[str] | None, *, spare: int) -> Wanted:
        """What normalised texts and the words of a lexicon need; words are never spare."""
        characters: set[str] = set()
        bigrams: set[str] = set()
        for text in texts:
            characters.update(text)
            bigrams.update(Bigrams.names(text))
        found: dict[str, Set[str]] = {CHARACTERS: characters, BIGRAMS: bigrams}
        return cls(found if words is None else {**found, WORDS: words}, spare)

    def tables(self) -> dict[str, Kept]:
        """An empty table for each that is wanted."""
        return {
            table: Kept(needed, 0 if table == WORDS else self.spare)
            for table, needed in self.needed.items()
        }


class Kept:
    """What is kept of a table as its names come by, the most frequent first.

    Args:
        needed: names that are kept wherever they stand.
        spare: how many others are, the first ones.
    """

    def __init__(self, needed: Set[str], spare: int) -> None:
        self._needed, self._spare = needed, spare
        self._rows: dict[str, NDArray[np.generic]] = {}
        self.found = 0  # of the needed names

    def wants(self, name: str) -> bool:
        """Whether a name is to be kept; one that came by before is not."""
        if name in self._rows:
            return False
        return name in self._needed or len(self._rows) - self.found < self._spare

    def put(self, name: str, row: NDArray[np.generic]) -> None:
        """Keeps the vector of a name that is wanted."""
        self.found += name in self._needed
        self._rows[name] = row

    def vectors(self) -> Vectors | None:
        """All that is kept, if there is anything."""
        if not self._rows:
            return None
        rows = np.stack(list(self._rows.values())).astype(np.float32)
        norm = float(np.linalg.norm(rows, axis=1).mean()) or 1.0
        return Vectors(tuple(self._rows), rows / norm)


def read_vectors(
    paths: Iterable[Path], wanted: Wanted, normalise: Callable[[str], str]
) -> dict[str, Vectors]:
    """The vectors in all files, by table; what stands in an earlier file or line counts.

    Raises:
        CorpusError: a file cannot be read, is neither kind, or has nothing that is needed.
    """
    found: dict[str, Vectors] = {}
    for path in paths:
        tables = wanted.tables()
        for table, name, row in _entries(path, tables, normalise):
            tables[table].put(name, row)
        if not any(kept.found for kept in tables.values()):
            what = f"got none of the {', '.join(tables)} that are needed, expected some vectors"
            raise CorpusError(what, path=path)
        for table, kept in tables.items():
            own = kept.vectors()
            if own is not None:
                found.setdefault(table, own)
    return found


def _entries(
    path: Path, tables: Mapping[str, Kept], normalise: Callable[[str], str]
) -> Iterator[tuple[str, str, NDArray[np.generic]]]:
    """The table, normalised name and vector of all that the tables want of a file."""
    if path.suffix == ENDING:
        for table, names, rows in ((one.table, one.names, one.rows) for one in read_stored(path)):
            if not np.isfinite(rows).all():
                raise CorpusError(f"damaged: vectors of {table} that are not finite", path=path)
            for name, row in zip(map(normalise, names), rows, strict=True):
                if table in tables and tables[table].wants(name):
                    yield table, name, row
    else:
        for line in read_lines(path):
            name = normalise(line.name)
            for table in BY_LENGTH.get(len(name), (WORDS,)):
                if table in tables and tables[table].wants(name):
                    yield table, name, line.row()
