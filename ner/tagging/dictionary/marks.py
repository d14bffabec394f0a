"""What counts in a sentence: matches as marks, and a piece of text that carries its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ner.features.windows import Window
from ner.settings import FeatureSettings
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.rules import FORBID, FORCE
from ner.tagging.pieces import Piece

NOTHING = Matches.of([])


class Mark(NamedTuple):
    """What a rule says of a span; ``source`` is what kind of rule it is."""

    start: int
    end: int
    label: str
    mode: str
    bonus: float
    source: str


@dataclass(frozen=True, slots=True)
class MarkedPiece(Piece):
    """A piece with its marks, and what may fill its gaps; the first in precedence first."""

    marks: tuple[Mark, ...]
    gaps: Matches

    def seen(self, window: Window, features: FeatureSettings) -> Piece:
        """The part that a window shows, with the marks as far as they make sense there.

        Gaps are no window's, but the text's when all is found.
        Of a forced mention each part is forced. Other mentions count only where the window shows
        them whole, and forbidden ones only where it shows that nothing goes on behind its cuts.
        """
        if window.end - window.start == len(self.text):
            return self
        seen = Piece.seen(self, window, features)
        marks = (_moved(mark, window) for mark in self.marks if _shown(mark, window, self.text))
        return MarkedPiece(seen.text, seen.before, tuple(marks), NOTHING)


def _shown(mark: Mark, window: Window, text: str) -> bool:
    if mark.mode == FORCE:
        return mark.start < window.end and window.start < mark.end
    inside = window.start <= mark.start and mark.end <= window.end
    if mark.mode != FORBID or not inside:
        return inside
    cut_before = mark.start == window.start > 0
    return not cut_before and not mark.end == window.end < len(text)


def _moved(mark: Mark, window: Window) -> Mark:
    start, end = max(mark.start, window.start), min(mark.end, window.end)
    return mark._replace(start=start - window.start, end=end - window.start)
