"""jieba's cut, several times as fast: its dictionary and its model of unlisted words, other loops.

The words are those of ``jieba.Tokenizer.cut``, ties included. What takes jieba's time are a
dictionary and a list for each character and the same logarithms over and over; here the best way
to the end of a block is kept in two lists, and what the model of unlisted words says of a run of
characters is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

from ner.features.jieba_unlisted import Unlisted

if TYPE_CHECKING:
    from jieba import Tokenizer

# As jieba has them: what it looks into, and what stays whole between.
BLOCK = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")
BLANK = re.compile(r"(\r\n|\s)")
REMEMBERED = 1 << 16  # runs of characters


class Cutter:
    """Cuts texts as a tokenizer of jieba's does.

    Args:
        tokenizer: loaded, and not changed any more.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._counts: Mapping[str, int] = tokenizer.FREQ  # 0 for beginnings of words
        all_words = log(tokenizer.total)
        counts = {1, *self._counts.values()} - {0}
        self._scores = {count: log(count) - all_words for count in counts}
        self._unlisted = lru_cache(REMEMBERED)(Unlisted())

    def __call__(self, text: str) -> Iterator[str]:
        """The words of a text, which together are the text."""
        for place, block in enumerate(BLOCK.split(text)):
            if place % 2:
                yield from self._block(block)
            elif block:
                for number, rest in enumerate(BLANK.split(block)):
                    if number % 2:
                        yield rest
                    else:
                        yield from rest

    def _block(self, block: str) -> Iterator[str]:
        """Words of the dictionary, and what the model makes of the single characters between."""
        start = free = 0  # where the next word begins, and where the characters before it do
        for end in self._ends(block):
            if end - start > 1:
                yield from self._singles(block[free:start])
                yield block[start:end]
                free = end
            start = end
        yield from self._singles(block[free:])

    def _ends(self, block: str) -> Iterator[int]:
        """Where the words of the most probable way through a block end."""
        count_of, scores, last = self._counts.get, self._scores, len(block)
        totals = [0.0] * (last + 1)  # of the best way from each place to the end
        ends = [0] * last  # of the first word on that way
        for start in range(last - 1, -1, -1):
            end = start + 1
            best, best_end = scores[1] + totals[end], 0
            count = count_of(block[start])
            while count is not None:
                if count:
                    total = scores[count] + totals[end]
                    if total >= best or not best_end:
                        best, best_end = total, end
                if end == last:
                    break
                end += 1
                count = count_of(block[start:end])
            totals[start], ends[start] = best, best_end or start + 1
        start = 0
        while start < last:
            start = ends[start]
            yield start

    def _singles(self, run: str) -> tuple[str, ...]:
        if len(run) > 1 and not self._counts.get(run):
            return self._unlisted(run)
        return tuple(run)
