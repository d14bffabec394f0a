"""jieba as the features use it: its cut, and its dictionary with parts of speech."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from ner.features.jieba_cut import Cutter

if TYPE_CHECKING:
    from jieba import Tokenizer

UNLISTED = "-"  # of words that are not in the dictionary
# The tags of jieba's dictionary (those of ICTCLAS), most frequent first.
SPEECH = (
    *(UNLISTED, "n", "nr", "v", "i", "l", "ns", "m", "nz", "nrt", "zg", "nt", "a", "vn", "z", "d"),
    *("t", "j", "b", "g", "r", "s", "c", "nrfg", "x", "f", "ng", "o", "q", "vg", "p", "ad", "mq"),
    *("y", "ag", "an", "e", "u", "tg", "k", "vq", "vi", "rr", "vd", "dg", "mg", "h", "df", "ul"),
    *("rg", "uv", "ud", "uj", "uz", "ug", "rz"),
)


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


def cut(text: str, *, unlisted: bool = True) -> Iterator[str]:
    """The words of ``text``, which together are ``text``.

    Args:
        unlisted: whether words that the dictionary lacks are guessed, or left as characters.
    """
    yield from _cutter()(text) if unlisted else tokenizer().cut(text, HMM=False)


@cache
def _cutter() -> Cutter:
    return Cutter(tokenizer())


@cache
def dictionary() -> dict[str, str]:
    """The words of jieba's dictionary with their parts of speech, in the dictionary's order."""
    import jieba

    # The file of jieba's own package, not of a tokenizer that a program may have changed.
    with jieba.Tokenizer().get_dict_file() as stream:
        rows = (line.decode("utf-8").split() for line in stream)
        return {row[0]: row[2] for row in rows if len(row) == 3}


@cache
def speech_numbers() -> dict[str, int]:
    """The number of each word's part of speech in ``SPEECH``; that of other words is 0."""
    numbers = {name: number for number, name in enumerate(SPEECH)}
    return {word: numbers.get(name, 0) for word, name in dictionary().items()}
