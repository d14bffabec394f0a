"""Texts cut into files of names separated by blanks, as word2vec reads them, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ner.vectors.kinds import KINDS

LONGEST = 2_000  # characters whose names stand on one line; word2vec takes 10,000 names at most
MOST_NAMES = 4_000_000  # different ones of a table that are counted at once: some 600 MB


@dataclass(frozen=True, slots=True)
class Tokens:
    """A table's names as they stand in the texts.

    Args:
        path: the file of them.
        lines: how many it has.
        total: how many names stand in it.
        counts: how often each occurs, the most frequent first, then by code point.
        missing: by how many a count may be too low, since rare names were forgotten on the way.
    """

    path: Path
    lines: int
    total: int
    counts: Mapping[str, int]
    missing: int


class Counts:
    """How often names occur, in bounded memory (after lossy counting, Manku and Motwani 2002).

    Where there are more than ``most`` names, those seen least are forgotten until half are left.
    """

    def __init__(self, most: int = MOST_NAMES) -> None:
        self.total = 0
        self.missing = 0
        self._most = most
        self._forgotten = 0
        self._counts: Counter[str] = Counter()

    def add(self, names: Sequence[str]) -> None:
        self.total += len(names)
        self._counts.update(names)
        if len(self._counts) > self._most:
            self._forget()

    def frequent(self, least: int) -> dict[str, int]:
        """The names that occur ``least`` times or more, and how often, in order."""
        kept = [(name, count) for name, count in self._counts.items() if count >= least]
        return dict(sorted(kept, key=lambda pair: (-pair[1], pair[0])))

    def _forget(self) -> None:
        while len(self._counts) > self._most // 2:
            self._forgotten += 1
            kept = {name: n for name, n in self._counts.items() if n > self._forgotten}
            self._counts = Counter(kept)
        self.missing += self._forgotten


class _Cutter:
    """Writes the names of one table, and counts them."""

    def __init__(self, table: str, stream: TextIO) -> None:
        self._cut = KINDS[table].cut
        self._stream = stream
        self.counts = Counts()
        self.lines = 0

    def add(self, runs: Iterable[str]) -> None:
        names = [name for run in runs for name in self._cut(run)]
        if names:
            self.counts.add(names)
            self._stream.write(" ".join(names) + "\n")
            self.lines += 1


def cut_texts(texts: Iterable[str], least: Mapping[str, int], folder: Path) -> dict[str, Tokens]:
    """A file in ``folder`` for every table, written while the texts are gone through once.

    Args:
        texts: normalised.
        least: by table, how often a name is to occur to be among the counts.
        folder: gets a file of each table, together up to five times as large as the texts.

    Raises:
        OSError: a file cannot be written.
    """
    paths = {table: folder / f"{table}.txt" for table in least}
    with ExitStack() as stack:
        cutters = {}
        for table, path in paths.items():
            stream = open(path, "w", encoding="utf-8", newline="\n")  # noqa: SIM115  in the stack
            cutters[table] = _Cutter(table, stack.enter_context(stream))
        for text in texts:
            for runs in _pieces(text):
                for cutter in cutters.values():
                    cutter.add(runs)
    return {table: _done(cutters.pop(table), paths[table], least[table]) for table in least}


def _pieces(text: str) -> Iterator[list[str]]:
    """What stands between the blanks, of at most ``LONGEST`` characters at a time."""
    for start in range(0, len(text), LONGEST):
        yield text[start : start + LONGEST].split()


def _done(cutter: _Cutter, path: Path, least: int) -> Tokens:
    counts = cutter.counts
    return Tokens(path, cutter.lines, counts.total, counts.frequent(least), counts.missing)
