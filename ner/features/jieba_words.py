"""jieba as the features use it: its cut, and its dictionary with parts of speech."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ner.features.jieba_cut import Cutter, within_blocks
from ner.features.jieba_unlisted import Chain, Unlisted
from ner.features.names import Names
from ner.features.texts import Integers
from ner.features.trie import Trie

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


def cut(text: str) -> Iterator[str]:
    """The words of ``text``, which together are ``text``; those that are not listed are single."""
    yield from tokenizer().cut(text, HMM=False)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """jieba's dictionary, in its order."""

    words: tuple[str, ...]
    counts: tuple[int, ...]  # how often each occurs
    speech: tuple[str, ...]  # the part of speech of each
    total: int  # of all lines; of a word that is there twice the last one counts

    @classmethod
    def read(cls) -> Dictionary:
        """That of jieba's own package, not of a tokenizer that a program may have changed."""
        import jieba

        with jieba.Tokenizer().get_dict_file() as stream:
            fields = stream.read().decode("utf-8").split()
        counts = list(map(int, fields[1::3]))
        own = dict(zip(fields[::3], zip(counts, fields[2::3], strict=True), strict=True))
        return cls(tuple(own), *zip(*own.values(), strict=True), sum(counts))

    def numbers(self) -> Integers:
        """The number of each word's part of speech in ``SPEECH``; that of others is 0."""
        numbers = {name: number for number, name in enumerate(SPEECH)}
        return np.array([numbers.get(name, 0) for name in self.speech], dtype=np.int64)


@cache
def dictionary() -> dict[str, str]:
    """The words of jieba's dictionary with their parts of speech, in the dictionary's order."""
    read = Dictionary.read()
    return dict(zip(read.words, read.speech, strict=True))


@cache
def cutter() -> tuple[Cutter, Integers]:
    """What cuts texts as jieba does, and the parts of speech of its words' numbers."""
    read = Dictionary.read()
    names, counts = Names.of(read.words), np.array(read.counts)
    own = within_blocks(names)
    cutter = Cutter(Trie.of(names.only(own)), counts[own], read.total, Unlisted(Chain.jieba()))
    return cutter, read.numbers()[own]
