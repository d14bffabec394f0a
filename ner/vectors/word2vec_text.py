"""Vectors as word2vec's text, a file a table, for other programs.

2 3
的 0.25 -1.5 0.125
了 0.5 0.75 -0.25
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from ner.features.vector_file import Stored
from ner.storage import whole_file


def text_path(folder: Path, table: str) -> Path:
    """Where a table stands."""
    return folder / f"{table}.txt"


def write_texts(folder: Path, tables: Sequence[Stored]) -> None:
    """A file for each table, all of them or none."""
    with ExitStack() as stack:
        streams = [stack.enter_context(whole_file(text_path(folder, one.table))) for one in tables]
        for one, stream in zip(tables, streams, strict=True):
            _write(one, stream)


def _write(stored: Stored, stream: BinaryIO) -> None:
    stream.write(f"{len(stored.names)} {stored.size}\n".encode())
    for name, row in zip(stored.names, stored.rows, strict=True):
        numbers = " ".join(f"{float(number):.6g}" for number in row)
        stream.write(f"{name} {numbers}\n".encode())
