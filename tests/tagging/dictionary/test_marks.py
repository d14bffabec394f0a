"""What a window shows of the marks of its text."""

import pytest

from ner.features.windows import Window
from ner.settings import FeatureSettings
from ner.tagging.dictionary.dictionary import Dictionary
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.marks import NOTHING, MarkedPiece
from ner.tagging.dictionary.rule_table import RuleTable

TEXT = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("mode", "span", "window", "expected"),
    [
        ("force", (2, 6), (4, 8), (0, 2)),
        ("force", (2, 6), (0, 4), (2, 4)),
        ("force", (2, 6), (3, 5), (0, 2)),
        ("force", (2, 6), (6, 9), None),
        ("prefer", (2, 6), (2, 8), (0, 4)),
        ("prefer", (2, 6), (0, 5), None),
        ("fill", (2, 6), (3, 8), None),
        ("forbid", (2, 6), (1, 7), (1, 5)),
        ("forbid", (2, 6), (2, 8), None),
        ("forbid", (2, 6), (0, 6), None),
        ("forbid", (0, 6), (0, 8), (0, 6)),
        ("forbid", (6, 10), (4, 10), (2, 6)),
        ("forbid", (2, 6), (0, 10), (2, 6)),
    ],
)
def test_a_window_shows_what_makes_sense_in_it(mode, span, window, expected):
    table = RuleTable.of(Dictionary.of([("甲", "X")], mode))
    piece = MarkedPiece(TEXT, "", Matches.of([(*span, 0)]), NOTHING, table)
    seen = piece.seen(Window(*window, *window), FeatureSettings())
    assert seen.text == TEXT[slice(*window)]
    shown = list(zip(seen.marks.starts.tolist(), seen.marks.ends.tolist(), strict=True))
    assert shown == ([] if expected is None else [expected])
