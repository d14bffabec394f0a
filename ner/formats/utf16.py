"""Places in a text as browsers count them, in UTF-16 code units, and as Python does.

A character beyond U+FFFF (an emoji, a rare Han character) is two code units.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

LAST = "\uffff"  # of the characters that are one code unit


def unit_edges(text: str) -> Sequence[int]:
    """The code units before each character, and at the end those of the whole text."""
    if text.isascii() or max(text) <= LAST:
        return range(len(text) + 1)
    return list(accumulate((2 if one > LAST else 1 for one in text), initial=0))


def character_at(edges: Sequence[int], unit: int) -> int | None:
    """The character that begins with this code unit; None inside of one and outside the text."""
    place = bisect_left(edges, unit)
    return place if place < len(edges) and edges[place] == unit else None
