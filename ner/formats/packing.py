"""Packed files (gzip, xz) as the bytes that are in them."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any

from ner.errors import CorpusError

CHUNK = 1 << 18  # bytes that are unpacked at once
DAMAGE = (lzma.LZMAError, zlib.error, gzip.BadGzipFile, EOFError)

PACKINGS: dict[str, Callable[[IO[bytes]], Any]] = {
    ".gz": lambda stream: gzip.GzipFile(fileobj=stream, mode="rb"),
    ".xz": lambda stream: lzma.LZMAFile(stream, mode="rb"),  # noqa: SIM115  closed with the source
}


def unpacked_name(name: str) -> str:
    """The name without the ending that says how the file is packed."""
    return next((name.removesuffix(one) for one in PACKINGS if name.endswith(one)), name)


def unpacked(stream: IO[bytes], path: str | Path) -> IO[bytes]:
    """What is in the file, if its name says that it is packed, or the stream itself.

    Reading then raises CorpusError where the file is damaged.
    """
    packing = PACKINGS.get(Path(path).suffix.lower())
    if packing is None:
        return stream
    return BufferedReader(_Unpacked(packing(stream), stream, path), CHUNK)


class _Unpacked(RawIOBase):
    """A packed stream whose errors name the file."""

    def __init__(self, inside: IO[bytes], stream: IO[bytes], path: str | Path) -> None:
        self._inside, self._stream, self._path = inside, stream, path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            read = self._inside.read(len(buffer))
        except DAMAGE as error:
            raise CorpusError(
                f"damaged, or not packed as it says: {error}", path=self._path
            ) from error
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        self._inside.close()
        self._stream.close()
        super().close()
