"""jieba's word boundaries as a feature: where in its word a character stands."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jieba import Tokenizer

PLACES = 5  # 0 pads; begins, inside, ends a word of several characters; is a word
BEGINS, INSIDE, ENDS, SINGLE = 1, 2, 3, 4


@cache
def tokenizer() -> Tokenizer:
    """jieba with its own dictionary, loaded once, without a word on stderr."""
    import jieba

    logger = logging.getLogger("jieba")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        loaded = jieba.Tokenizer()
        loaded.initialize()
    finally:
        logger.setLevel(level)
    return loaded


def word_places(text: str) -> list[int]:
    """A number in 1…4 for each character of ``text``."""
    places: list[int] = []
    for word in tokenizer().cut(text):
        inner = [INSIDE] * (len(word) - 2)
        places += [SINGLE] if len(word) == 1 else [BEGINS, *inner, ENDS]
    return places
