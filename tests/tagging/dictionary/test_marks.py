"""What a window shows of the marks of its text."""

import pytest

from ner.features.windows import Window
from ner.settings import FeatureSettings
from ner.tagging.dictionary.marks import NOTHING, Mark, MarkedPiece

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
    piece = MarkedPiece(TEXT, "", (Mark(*span, "X", mode, 0.0, "dictionary"),), NOTHING)
    seen = piece.seen(Window(*window, *window), FeatureSettings())
    assert seen.text == TEXT[slice(*window)]
    assert [mark[:2] for mark in seen.marks] == ([] if expected is None else [expected])
