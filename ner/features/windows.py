"""Long texts in windows: cut at sentence ends if there are any, overlapping, losing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ner.sentences import CLOSING, SENTENCE_ENDS

CONTINUING = CLOSING | SENTENCE_ENDS


@dataclass(frozen=True, slots=True)
class Window:
    """``text[start:end]`` is looked at; no other window owns ``text[owned_start:owned_end]``."""

    start: int
    end: int
    owned_start: int
    owned_end: int


def windows(text: str, *, size: int, overlap: int) -> Iterator[Window]:
    """Windows of at most ``size`` characters whose owned parts make up ``text``.

    A window that ends with a sentence owns all up to there, and the next one has ``overlap``
    characters before it as context; where a sentence is longer, the middle of the overlap is the
    border.
    """
    overlap = min(overlap, size // 2)
    start = owned = 0
    while len(text) - start > size:
        middle = (start + size + owned) // 2
        border = end = _sentence_end(text, after=middle, before=start + size)
        if end is None or border is None:
            end = start + size
            border = end - overlap // 2
        yield Window(start, end, owned, border)
        start, owned = end - overlap, border
    yield Window(start, len(text), owned, len(text))


def _sentence_end(text: str, *, after: int, before: int) -> int | None:
    """The last place in ``after…before`` where a sentence has ended, its closing marks included."""
    for place in range(before, after, -1):
        if place < len(text) and text[place] in CONTINUING:
            continue
        mark = place
        while mark > 1 and text[mark - 1] in CLOSING:
            mark -= 1
        if text[mark - 1] in SENTENCE_ENDS:
            return place
    return None
