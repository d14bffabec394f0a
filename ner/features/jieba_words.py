"""jieba as the features use it: its cut, and its dictionary with parts of speech."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np

from ner.features.jieba_cut import Cutter
from ner.features.jieba_listed import Listed, able
from ner.features.jieba_unlisted import Chain
from ner.features.names import Names
from ner.features.texts import Integers
from ner.features.trie import Trie

UNLISTED = "-"  # of words that are not in the dictionary
# The tags of jieba's dictionary (those of ICTCLAS), most frequent first.
SPEECH = (
    *(UNLISTED, "n", "nr", "v", "i", "l", "ns", "m", "nz", "nrt", "zg", "nt", "a", "vn", "z", "d"),
    *("t", "j", "b", "g", "r", "s", "c", "nrfg", "x", "f", "ng", "o", "q", "vg", "p", "ad", "mq"),
    *("y", "ag", "an", "e", "u", "tg", "k", "vq", "vi", "rr", "vd", "dg", "mg", "h", "df", "ul"),
    *("rg", "uv", "ud", "uj", "uz", "ug", "rz"),
)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """jieba's dictionary, in its order; of a word that is there twice the last line counts."""

    words: tuple[str, ...]
    counts: Integers  # how often each occurs
    speech: Integers  # the number in SPEECH of each one's part of speech; 0 of others
    total: int  # of the counts of all lines

    @classmethod
    def read(cls) -> Dictionary:
        """That of jieba's own package, not of a tokenizer that a program may have changed."""
        import jieba

        with jieba.Tokenizer().get_dict_file() as stream:
            fields = stream.read().decode("utf-8").split()
        words = fields[::3]
        last = {word: line for line, word in enumerate(words)}
        lines = np.fromiter(last.values(), dtype=np.int64, count=len(last))
        counts = np.fromiter(map(int, fields[1::3]), dtype=np.int64, count=len(words))
        numbers = defaultdict(int, {name: number for number, name in enumerate(SPEECH)})
        own = map(numbers.__getitem__, fields[2::3])
        speech = np.fromiter(own, dtype=np.int64, count=len(words))
        return cls(tuple(last), counts[lines], speech[lines], int(counts.sum()))


@cache
def dictionary() -> dict[str, str]:
    """The words of jieba's dictionary with their parts of speech, in the dictionary's order."""
    read = Dictionary.read()
    names = map(SPEECH.__getitem__, read.speech.tolist())
    return dict(zip(read.words, names, strict=True))


def by_use() -> list[str]:
    """The words of jieba's dictionary, the most frequent first."""
    read = Dictionary.read()
    return [read.words[place] for place in np.argsort(-read.counts, kind="stable").tolist()]


@cache
def cutter() -> Cutter:
    """What cuts texts as jieba does, made of jieba's package."""
    read = Dictionary.read()
    names = Names.of(read.words)
    own = able(names)
    trie = Trie.of(names.only(own))
    listed = Listed.of(read.counts[own], read.speech[own], read.total)
    return Cutter(listed.only(trie.in_order()), trie.renumbered(), Chain.jieba())
