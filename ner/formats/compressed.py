"""Compressed files as the bytes that they hold, decompressed while they are read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from io import BufferedIOBase, BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any

from ner.errors import CorpusError

ENDINGS = (".gz", ".bz2", ".xz")
CHUNK = 1 << 18  # bytes that are decompressed at once


def uncompressed_name(name: str) -> str:
    """A file's name without the ending that says how it is compressed: ``a.txt.xz`` → ``a.txt``."""
    path = Path(name)
    return str(path.with_suffix("")) if path.suffix.lower() in ENDINGS else name


def decompressed(stream: IO[bytes], path: str | Path) -> IO[bytes]:
    """What the file holds, by its name's ending; of any other file its bytes."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        return stream
    return BufferedReader(_Decompressed(stream, str(path), ending), CHUNK)


def _opened(stream: IO[bytes], ending: str) -> BufferedIOBase:
    if ending == ".gz":
        return gzip.open(stream)
    return bz2.open(stream) if ending == ".bz2" else lzma.open(stream)


class _Decompressed(RawIOBase):
    """The bytes in a compressed stream; damage is an error that names the file."""

    def __init__(self, stream: IO[bytes], name: str, ending: str) -> None:
        self._stream = stream
        self._inner = _opened(stream, ending)
        self._name = name
        self._ending = ending

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            read = self._inner.read(len(buffer))
        except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
            why = f"damaged, cut short, or not compressed as {self._ending} says: {error}"
            raise CorpusError(why, path=self._name) from error
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        self._inner.close()
        self._stream.close()
        super().close()
