"""Raw texts as blocks of pieces, all of one length: nothing is padded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOGETHER = 500_000  # characters, and those of one part more, that are read at once, by all cores
LONGEST = 100_000  # characters of a part of a text; a longer one is cut, if it can be at a blank

BLANKS = " \n\t"

Numbers = NDArray[np.int32]


def cut_blocks(
    texts: Iterable[str],
    tokenizer: Tokenizer,
    *,
    length: int,
    around: tuple[Sequence[int], Sequence[int]],
    path: Path,
) -> Numbers:
    """One text after the other, each with its end, in blocks with a beginning and an end each.

    Args:
        texts: are gone through once.
        tokenizer: gives their pieces.
        length: of a block.
        around: the special pieces before and after a text.
        path: the file that the blocks are kept in.

    Returns:
        The blocks, (blocks, length); they stay in the file. The rest of the last one is dropped.
    """
    before, after = around
    inside = length - len(before) - len(after)
    with open(path, "wb") as stream:
        for pieces in _stretches(texts, tokenizer, after, inside):
            block = np.empty((len(pieces), length), dtype=np.int32)
            block[:, : len(before)] = before
            block[:, len(before) : len(before) + inside] = pieces
            block[:, len(before) + inside :] = after
            stream.write(block.tobytes())
    if not path.stat().st_size:
        return np.zeros((0, length), dtype=np.int32)
    return np.memmap(path, dtype=np.int32, mode="r").reshape(-1, length)


def _stretches(
    texts: Iterable[str], tokenizer: Tokenizer, end: Sequence[int], size: int
) -> Iterator[Numbers]:
    """Pieces in rows of ``size``, many rows at a time."""
    left: list[int] = []
    unended = False  # a text has begun, and another part of it comes
    for some in _together(texts):
        read = tokenizer.encode_batch([part for part, _ in some], add_special_tokens=False)
        for found, (_, last) in zip(read, some, strict=True):
            left += found.ids
            unended = unended or bool(found.ids)
            if last and unended:
                left += end
                unended = False
        rows = len(left) // size
        if rows:
            yield np.array(left[: rows * size], dtype=np.int32).reshape(rows, size)
            del left[: rows * size]


def _together(texts: Iterable[str]) -> Iterator[list[tuple[str, bool]]]:
    """Some parts of texts at a time, as many as memory should hold with their pieces."""
    some: list[tuple[str, bool]] = []
    characters = 0
    for part, last in chain.from_iterable(map(_parts, texts)):
        some.append((part, last))
        characters += len(part) + 1  # an empty one takes something, too
        if characters >= TOGETHER:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """A text in parts, behind blanks if there are some, and whether each is the last."""
    start = 0
    while len(text) - start > LONGEST:
        limit = start + LONGEST
        blank = max(text.rfind(mark, start, limit) for mark in BLANKS)
        end = blank + 1 or limit
        yield text[start:end], False
        start = end
    yield text[start:], True
