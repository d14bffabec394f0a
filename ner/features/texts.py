"""Many texts as one array of code points, so that features are looked up for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

BORDER = 0x110000  # stands behind each text: no character, so no name holds it
POINTS = BORDER + 1  # entries of a table over code points and the border


def points(text: str) -> NDArray[np.uint32]:
    """The code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def text_of(codes: NDArray[np.generic]) -> str:
    """The text that has these code points."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Texts:
    """The code points of texts one after another, a border behind each.

    A row, as channels make them, has a number for each place of ``codes``, and 0 at the borders.
    """

    texts: Sequence[str]
    codes: Integers  # (places)
    starts: Integers  # (texts)
    lengths: Integers  # (texts), without the border

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """These texts."""
        codes = points("\n".join([*texts, ""])).astype(np.int64)
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        ends = np.cumsum(lengths + 1)
        codes[ends - 1] = BORDER
        return cls(texts, codes, ends - lengths - 1, lengths)

    @property
    def ends(self) -> Integers:
        """Where the borders stand."""
        return self.starts + self.lengths

    def parts(self) -> list[str]:
        """The texts that the code points are now."""
        pairs = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [text_of(self.codes[start:end]) for start, end in pairs]

    def moves(self) -> Integers:
        """What is added to a place of each text, or of its border, for its place in a batch."""
        length = int(self.lengths.max(initial=0))
        moves = np.arange(len(self.starts)) * length - self.starts
        repeated: Integers = moves.repeat(self.lengths + 1)  # (places)
        return repeated

    def padded(self) -> Integers:
        """For each place of a batch the place here that it shows, the text's border at padding."""
        length = int(self.lengths.max(initial=0))
        places = self.starts[:, None] + np.arange(length)
        shown: Integers = np.minimum(places, self.ends[:, None])  # (batch, length)
        return shown
