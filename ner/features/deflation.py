"""ARRAY ↔ FEWER BYTES: what a model knows by the hundred thousand, small on disk and quick to read.

Numbers of several bytes are told apart into their first bytes, their second ones and so on, which
are more alike than the numbers; zlib does the rest. LZMA would save a tenth more and take ten times
as long to read.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LEVEL = 6


class ArrayError(ValueError):
    """An array is missing, or is not what it should be."""


@dataclass(frozen=True, slots=True)
class Deflated:
    """What an array was before.

    Args:
        kind: of its numbers, as NumPy writes it, such as ``<u2``.
        shape: its own.

    Raises:
        ArrayError: there is no such kind or shape.
    """

    kind: str
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        try:
            sound = np.dtype(self.kind).kind in "iuf" and all(size >= 0 for size in self.shape)
        except TypeError:
            sound = False
        if not sound:
            raise ArrayError(f"got an array of {self.kind!r}, {self.shape}")

    @classmethod
    def of(cls, array: Array) -> Deflated:
        """That of an array."""
        return cls(array.dtype.str, array.shape)

    @property
    def split(self) -> bool:
        """Whether the bytes of numbers are told apart; those of floats of 64 bits repeat whole."""
        return np.dtype(self.kind).kind in "iu"

    @property
    def size(self) -> int:
        """Bytes."""
        return np.dtype(self.kind).itemsize * prod(self.shape)


def deflated(array: Array) -> bytes:
    """The array in fewer bytes, if its numbers are alike."""
    content = np.ascontiguousarray(array)
    if Deflated.of(array).split:
        content = np.ascontiguousarray(content.view(np.uint8).reshape(array.size, array.itemsize).T)
    return zlib.compress(content.tobytes(), LEVEL)


def inflated(content: Array, about: Deflated, name: str) -> Array:
    """The array that was deflated, read-only.

    Raises:
        ArrayError: the content is damaged, or of another size.
    """
    try:
        reader = zlib.decompressobj()
        found = reader.decompress(content.tobytes(), about.size + 1)
    except (zlib.error, ValueError, BufferError) as error:
        raise ArrayError(f"{name}: {error}") from error
    if len(found) != about.size or not reader.eof:
        raise ArrayError(f"{name}: {len(found)} bytes or more, expected {about.size}")
    if not about.split:
        return np.frombuffer(found, dtype=about.kind).reshape(about.shape)
    planes = np.frombuffer(found, dtype=np.uint8).reshape(np.dtype(about.kind).itemsize, -1)
    return _put_together(planes).view(about.kind).reshape(about.shape)


def _put_together(planes: NDArray[np.uint8]) -> Array:
    """The numbers whose first, second … bytes these are, the least bytes first."""
    kind = np.dtype(f"<u{len(planes)}")
    numbers: Array = planes[0].astype(kind)
    for place, plane in enumerate(planes[1:], start=1):
        numbers |= plane.astype(kind) << kind.type(8 * place)
    return numbers
