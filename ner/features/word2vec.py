"""word2vec's text format, line by line: a name and its numbers, separated by single blanks.

    雨 0.12 -0.5 0.33
    下雨 0.1 -0.42 0.29

A first line of two whole numbers, how many names and how long each vector, may stand above. With
it, or from the second line on, a name may hold blanks itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ner.errors import CorpusError

logger = logging.getLogger(__name__)
BROKEN = "\ufffd"
NUMBER = re.compile(rb" [+-]?\d*\.\d+(e[+-]?\d+)?$", re.IGNORECASE)  # one too many, at a name's end


@dataclass(frozen=True, slots=True)
class Line:
    """A name, and its numbers as they are written."""

    path: Path
    number: int  # of the line, from 1 on
    name: str
    numbers: list[bytes]

    def row(self) -> NDArray[np.float32]:
        """The vector.

        Raises:
            CorpusError: there are other things than finite numbers.
        """
        try:
            with np.errstate(over="ignore"):
                row = np.array(self.numbers, dtype=np.float32)
        except ValueError as error:
            raise _damaged(self.path, self.number, str(error)) from error
        if not np.isfinite(row).all():
            raise _damaged(self.path, self.number, "a number that is not finite")
        return row


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file, never more of them in memory than one.

    Names that are not UTF-8 (some programs cut long ones within a character) are left out and
    counted in a warning.

    Raises:
        CorpusError: the file cannot be read, or a line has another count of numbers than the first.
    """
    broken = size = 0
    try:
        with open(path, "rb") as stream:
            for number, line in enumerate(stream, start=1):
                fields = line.rstrip().rsplit(b" ", size or -1)
                if number == 1 and _is_header(fields):
                    size = int(fields[1])
                elif line.strip():
                    size = size or len(fields) - 1
                    _check(path, number, fields, size)
                    name = fields[0].decode("utf-8", errors="replace")
                    if BROKEN in name:
                        broken += 1
                    else:
                        yield Line(path, number, name, fields[1:])
    except OSError as error:
        raise CorpusError(error.strerror or str(error), path=path) from error
    if broken:
        logger.warning("%s: %s names are not UTF-8 and are left out", path, f"{broken:,}")


def _is_header(fields: list[bytes]) -> bool:
    return len(fields) == 2 and all(one.isdigit() for one in fields)


def _check(path: Path, number: int, fields: list[bytes], size: int) -> None:
    """That a line is a name and ``size`` numbers, and that its name does not end in a number."""
    if not size or len(fields) != size + 1 or NUMBER.search(fields[0]):
        got = len(fields) - 1 + fields[0].count(b" ")
        expected = f"{size} as in the first line" if size else "some"
        raise _damaged(path, number, f"{got} numbers, expected {expected}")


def _damaged(path: Path, line: int, what: str) -> CorpusError:
    return CorpusError(f"not a line of word2vec's text format: {what}", path=path, line=line)
