"""TEXT → WORDS: jieba with its own dictionary, loaded once and when it is first needed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jieba import Tokenizer


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


def cut(text: str) -> Iterator[str]:
    """The words of ``text``, which together are ``text``; those that are not listed are single."""
    yield from tokenizer().cut(text, HMM=False)
