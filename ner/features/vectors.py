"""Ready vectors of characters, bigrams and words, out of files, pruned to what is needed.

Two kinds of files are read: what ``ner vectors`` writes (``vector_file.py``), and word2vec's text
format (a name and its numbers a line, with or without a first line of two numbers), whose names of
one character are characters, those of two bigrams and words, and longer ones words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ner.errors import CorpusError
from ner.features.channels import Bigrams
from ner.features.featurizer import BIGRAMS, CHARACTERS, WORDS
from ner.features.vector_file import ENDING, read_stored

Floats = NDArray[np.float32]


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

    def keeps(self, table: str, names: Sequence[str]) -> list[int]:
        """The places of the names that are kept."""
        needed = self.needed.get(table)
        if needed is None:
            return []
        spare = 0 if table == WORDS else self.spare
        kept = []
        for place, name in enumerate(names):
            if name in needed:
                kept.append(place)
            elif spare:
                spare -= 1
                kept.append(place)
        return kept


def read_vectors(
    paths: Iterable[Path], wanted: Wanted, normalise: Callable[[str], str]
) -> dict[str, Vectors]:
    """The vectors in all files, by table; what stands in an earlier file or line counts.

    Raises:
        CorpusError: a file cannot be read, or is neither kind.
    """
    found: dict[str, Vectors] = {}
    for path in paths:
        for table, names, rows in _tables(path):
            if table in found:
                continue
            first: dict[str, int] = {}
            for place, name in enumerate(names):
                first.setdefault(normalise(name), place)
            own = list(first)
            kept = wanted.keeps(table, own)
            if kept:
                chosen = rows[[first[own[place]] for place in kept]].astype(np.float32)
                norm = float(np.linalg.norm(chosen, axis=1).mean()) or 1.0
                found[table] = Vectors(tuple(own[place] for place in kept), chosen / norm)
    return found


def _tables(path: Path) -> Iterator[tuple[str, list[str], NDArray[np.generic]]]:
    if path.suffix == ENDING:
        yield from ((one.table, one.names, one.rows) for one in read_stored(path))
    else:
        yield from _word2vec(path)


def _word2vec(path: Path) -> Iterator[tuple[str, list[str], NDArray[np.generic]]]:
    names: list[str] = []
    rows: list[NDArray[np.generic]] = []
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            for number, line in enumerate(stream, start=1):
                name, _, numbers = line.rstrip().partition(" ")
                if number == 1 and numbers.isdigit():
                    continue
                row = np.array(numbers.split(" "), dtype=np.float16)
                if rows and len(row) != len(rows[0]):
                    why = f"got {len(row)} numbers, expected {len(rows[0])} as before"
                    raise CorpusError(why, path=path, line=number)
                names.append(name)
                rows.append(row)
    except OSError as error:
        raise CorpusError(error.strerror or str(error), path=path) from error
    except ValueError as error:
        why = f"expected a name and numbers as in word2vec's text format: {error}"
        raise CorpusError(why, path=path, line=number) from error
    for table, lengths in ((CHARACTERS, (1, 1)), (BIGRAMS, (2, 2)), (WORDS, (1, 99))):
        own = [place for place, name in enumerate(names) if lengths[0] <= len(name) <= lengths[1]]
        if own:
            yield table, [names[place] for place in own], np.stack([rows[place] for place in own])
