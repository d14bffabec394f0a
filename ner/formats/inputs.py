"""What a user names as inputs: files, folders and standard input."""

from __future__ import annotations

import errno
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from ner.errors import CorpusError
from ner.formats.options import ReadOptions
from ner.formats.reading import files_below
from ner.formats.source import TOP, Source, Start, open_source

STANDARD = Path("-")


def input_files(root: Path) -> list[Path]:
    """The file itself, or the files in a folder and below.

    Raises:
        CorpusError: there is neither.
    """
    if root.is_dir():
        return files_below(root)
    if root != STANDARD and not root.exists():
        raise CorpusError("no such file or folder", path=root)
    return [root]  # a named pipe is as good as a file


def standard_input() -> BinaryIO:
    """The bytes of standard input.

    Raises:
        OSError: it is closed.
    """
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed", "standard input")
    return sys.stdin.buffer


def open_input(
    path: Path, options: ReadOptions, start: Start = TOP
) -> AbstractContextManager[Source]:
    """A file to be closed, or standard input, which stays open and may be named again."""
    if path == STANDARD:
        return nullcontext(Source(standard_input(), name="<stdin>", options=options))
    return open_source(path, options, start)
