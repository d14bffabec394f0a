"""TEXTS → MATCHES: everything in many texts that the rules of a dictionary name, overlapping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from ner.features.names import Names
from ner.features.texts import BORDER
from ner.features.trie import Trie
from ner.tagging.dictionary.dictionary import Dictionary
from ner.tagging.dictionary.rules import Part, Pattern
from ner.tagging.dictionary.signs import Codes, Numbers, Signs

BETWEEN = "\n"  # texts; matches across it are left out
PATIENCE = 2.0  # seconds for a pattern in a text, and as many for each million of its characters


@dataclass(frozen=True, slots=True)
class Matches:
    """Where rules match in texts that stand one behind the other."""

    starts: Numbers
    ends: Numbers
    rules: Numbers  # their numbers

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, chosen: NDArray[Any] | slice) -> Matches:
        """Those at these places, or where a mask is true."""
        return Matches(self.starts[chosen], self.ends[chosen], self.rules[chosen])

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int]]) -> Matches:
        """Those of a start, an end and a rule each."""
        columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return cls(*columns)

    @classmethod
    def joined(cls, parts: Sequence[Matches], offsets: Numbers | None = None) -> Matches:
        """Those of all parts, each moved by its offset, one behind the other."""
        if not parts:
            return cls.of([])
        starts = np.concatenate([one.starts for one in parts])
        ends = np.concatenate([one.ends for one in parts])
        if offsets is not None:
            moves = offsets.repeat([len(one) for one in parts])
            starts, ends = starts + moves, ends + moves
        return cls(starts, ends, np.concatenate([one.rules for one in parts]))


class Finder:
    """Finds mentions by a tree of words, in normalised text, and patterns one by one, in the text.

    Args:
        dictionary: the rules; their numbers are their order in it.
        normalise: gives the character that stands for a character.
    """

    def __init__(self, dictionary: Dictionary, normalise: Callable[[str], str]) -> None:
        self._signs = Signs(normalise)
        self._patterns: list[_Searched] = []
        self._exact: dict[int, str] = {}
        mentions: list[str] = []
        of: list[NDArray[np.int64]] = []
        number = 0
        for part in dictionary.parts:
            own = [entry.mention for entry in part.entries]
            of.append(np.arange(number, number + len(own)))
            if part.manner.exact:
                self._exact.update(enumerate(own, number))
            mentions += own
            number += len(own)
            for pattern in part.patterns:
                compiled = regex.compile(pattern.regex)
                self._patterns.append(_Searched(number, part, pattern, compiled))
                number += 1
        self._words, self._counts, self._numbers = self._grouped(mentions, of)
        self._firsts = np.cumsum(self._counts) - self._counts

    def _grouped(
        self, mentions: list[str], of: list[Numbers]
    ) -> tuple[list[str], Numbers, Numbers]:
        """The normalised mentions, how many rules each has, and these rules, word by word."""
        normalised = self._signs.text(self._signs.codes("".join(mentions)))
        ends = list(accumulate(map(len, mentions)))
        own = [normalised[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        places: dict[str, int] = {}
        words = [places.setdefault(word, len(places)) for word in own]
        order = np.argsort(words, kind="stable")
        rules = np.concatenate([*of, np.empty(0, dtype=np.int64)])
        counts = np.bincount(np.array(words, dtype=np.int64), minlength=len(places))
        return list(places), counts, rules[order]

    def __call__(self, texts: Sequence[str]) -> Matches:
        """All matches, with places in the texts joined by one character."""
        joined = BETWEEN.join(texts)
        found = self._mentions(joined)
        if not self._patterns:
            return found
        rows: list[tuple[int, int, int]] = []
        offset = 0
        for text in texts:
            for searched in self._patterns:
                rows += searched.spans(text, offset)
            offset += len(text) + len(BETWEEN)
        return Matches.joined([found, Matches.of(rows)])

    def _mentions(self, joined: str) -> Matches:
        if not joined or not self._words:
            return Matches.of([])
        codes = self._signs.codes(joined)
        words, starts, ends = self._hits(codes)
        whole = self._signs.whole_words(codes, starts, ends)
        words, starts, ends = words[whole], starts[whole], ends[whole]
        counts = self._counts.take(words)
        if len(self._numbers) == len(self._words):
            found = Matches(starts, ends, self._numbers.take(words))
        else:
            within = np.arange(counts.sum()) - (np.cumsum(counts) - counts).repeat(counts)
            rules = self._numbers.take(self._firsts.take(words).repeat(counts) + within)
            found = Matches(starts.repeat(counts), ends.repeat(counts), rules)
        return self._as_written(found, joined) if self._exact else found

    def _hits(self, codes: Codes) -> tuple[Numbers, Numbers, Numbers]:
        """The numbers of all words, where they begin and where they end."""
        words, starts, lengths = self._tree(np.append(codes, BORDER).astype(np.int64))
        return words, starts, starts + lengths

    def _as_written(self, found: Matches, joined: str) -> Matches:
        """Without the matches of exact rules whose mention is written otherwise."""
        rows = zip(found.starts.tolist(), found.ends.tolist(), found.rules.tolist(), strict=True)
        exact = self._exact
        kept = [exact.get(rule) in (None, joined[start:end]) for start, end, rule in rows]
        return found[np.array(kept, dtype=np.bool_)]

    @cached_property
    def _tree(self) -> Trie:
        return Trie.of(Names.of(self._words))


@dataclass(frozen=True, slots=True)
class _Searched:
    """A pattern that is searched for."""

    number: int
    part: Part
    rule: Pattern
    compiled: Any

    def spans(self, text: str, offset: int) -> list[tuple[int, int, int]]:
        """Its matches in a text, those of no character left out, moved by ``offset``.

        Raises:
            CorpusError: it takes far too long.
        """
        patience = PATIENCE * (1 + len(text) / 1e6)
        try:
            found = list(self.compiled.finditer(text, timeout=patience))
        except TimeoutError as error:
            why = f"the pattern took over {patience:.0f} s in a text of {len(text):,} characters"
            raise self.part.error(f"{why}; nested repeats?", self.rule) from error
        check = self.rule.check
        return [
            (match.start() + offset, match.end() + offset, self.number)
            for match in found
            if match.end() > match.start() and (check is None or check(match.group()))
        ]
