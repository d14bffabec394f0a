"""What counts in a sentence: matches as marks, and a piece of text that carries its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner.features.windows import Window
from ner.settings import FeatureSettings
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.rule_table import RuleTable
from ner.tagging.dictionary.rules import FORBID, FORCE
from ner.tagging.pieces import Piece

NOTHING = Matches.of([])


@dataclass(frozen=True, slots=True)
class MarkedPiece(Piece):
    """A piece with its marks, and what may fill its gaps; the first in precedence first."""

    marks: Matches
    gaps: Matches
    table: RuleTable  # of the rules of both

    def seen(self, window: Window, features: FeatureSettings) -> Piece:
        """The part that a window shows, with the marks as far as they make sense there.

        Gaps are no window's, but the text's when all is found.
        Of a forced mention each part is forced. Other mentions count only where the window shows
        them whole, and forbidden ones only where it shows that nothing goes on behind its cuts.
        """
        if window.end - window.start == len(self.text):
            return self
        seen = Piece.seen(self, window, features)
        return MarkedPiece(seen.text, seen.before, self._shown(window), NOTHING, self.table)

    def _shown(self, window: Window) -> Matches:
        starts, ends = self.marks.starts, self.marks.ends
        cut_before = (starts == window.start) & (window.start > 0)
        cut = cut_before | ((ends == window.end) & (window.end < len(self.text)))
        whole = (starts >= window.start) & (ends <= window.end)
        whole &= ~(cut & self.table.are(self.marks, FORBID))
        partly = (starts < window.end) & (ends > window.start)
        own = self.marks[np.where(self.table.are(self.marks, FORCE), partly, whole)]
        starts, ends = own.starts.clip(min=window.start), own.ends.clip(max=window.end)
        return Matches(starts - window.start, ends - window.start, own.rules)
