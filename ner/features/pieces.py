"""The pieces of texts that a pretrained transformer reads, and which piece each character has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Windows of pieces, each between the model's special pieces, and the way back to characters.

    A character's number in ``index`` counts over all places of all windows, row by row.
    """

    ids: Integers  # (windows, pieces), 0 at padding
    mask: NDArray[np.bool_]  # (windows, pieces), true at pieces, which stand on the left
    index: Integers  # (length) of a text, (batch, length) of a batch

    @classmethod
    def nothing(cls) -> Pieces:
        """Those of an empty text: no window."""
        none = np.zeros((0, 0), dtype=np.int64)
        return cls(none, none.astype(np.bool_), none.reshape(0))


def joined(texts: Sequence[Pieces | None], length: int) -> Pieces | None:
    """The windows of all texts, padded side by side; none where no transformer reads them.

    Args:
        texts: the pieces of each.
        length: of the padded characters.
    """
    own = [one for one in texts if one is not None]
    if not own:
        return None
    width = max(one.ids.shape[1] for one in own)
    count = sum(len(one.ids) for one in own)
    ids = np.zeros((count, width), dtype=np.int64)
    mask = np.zeros((count, width), dtype=np.bool_)
    index = np.zeros((len(own), length), dtype=np.int64)
    first = 0
    for row, one in enumerate(own):
        windows, pieces = one.ids.shape
        ids[first : first + windows, :pieces] = one.ids
        mask[first : first + windows, :pieces] = one.mask
        window, place = np.divmod(one.index, max(pieces, 1))
        index[row, : len(one.index)] = (first + window) * width + place
        first += windows
    return Pieces(ids, mask, index)


def windowed(
    ids: Sequence[int],
    index: Sequence[int],
    *,
    size: int,
    around: tuple[Sequence[int], Sequence[int]],
) -> Pieces:
    """Pieces in windows that overlap by a half or more; a piece is read where it is most central.

    Args:
        ids: of the pieces of one text.
        index: the piece of each character.
        size: how many pieces a window has.
        around: the special pieces before and after those of a window.
    """
    if not ids:
        return Pieces.nothing()
    before, after = around
    spare = max(0, len(ids) - size)
    size = min(size, len(ids))
    count = 1 + -(-spare // max(1, size // 2))
    starts = np.round(np.linspace(0, spare, count)).astype(np.int64)  # (windows)
    shown = np.empty((count, len(before) + size + len(after)), dtype=np.int64)  # (windows, pieces)
    shown[:, : len(before)] = before
    shown[:, len(before) : len(before) + size] = np.asarray(ids)[starts[:, None] + np.arange(size)]
    shown[:, len(before) + size :] = after
    pieces = np.arange(len(ids))
    middles = starts + (size - 1) / 2  # (windows)
    window = np.abs(pieces[:, None] - middles).argmin(axis=1)  # (pieces of the text)
    places = window * shown.shape[1] + len(before) + pieces - starts[window]
    return Pieces(shown, np.ones(shown.shape, dtype=np.bool_), places[np.asarray(index)])
