"""What users hold: the rules of several files, in the order of their precedence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ner.errors import CorpusError
from ner.tagging.dictionary.reading import named, read_patterns, read_words
from ner.tagging.dictionary.rules import BONUS, FORCE, Entry, Manner, Part, Pattern

PAIRS = "dictionary"  # the file's name where there is none
PAIR = 2  # a mention and its label


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Mentions and patterns that a tagger obeys; plain data, which can be pickled.

    Dictionaries are added with ``+``; where rules compete on equal terms, the earlier counts.
    """

    parts: tuple[Part, ...] = ()

    @classmethod
    def read(
        cls, path: str | Path, mode: str = FORCE, *, bonus: float = BONUS, exact: bool = False
    ) -> Dictionary:
        """The mentions of a file.

        Args:
            path: a line each: mention, tab, label, and maybe a tab and a priority.
            mode: ``force``, ``prefer``, ``fill`` or ``forbid``.
            bonus: what ``prefer`` adds to the score of a mention, in units of log odds.
            exact: whether mentions are found as written, instead of as the model's features
                write them.

        Raises:
            CorpusError: the file cannot be read; the message says the line.
            ConfigError: there is no such mode.
        """
        return cls((read_words(path, Manner(mode, bonus, exact)),))

    @classmethod
    def read_patterns(
        cls, path: str | Path, mode: str = FORCE, *, bonus: float = BONUS
    ) -> Dictionary:
        """The patterns of a file, label, tab, regular expression a line, or ``builtin``.

        Raises:
            CorpusError: the file cannot be read; the message says the line.
            ConfigError: there is no such mode.
        """
        return cls((read_patterns(path, Manner(mode, bonus)),))

    @classmethod
    def of(
        cls,
        pairs: Iterable[tuple[str, str]] | Mapping[str, str],
        mode: str = FORCE,
        *,
        bonus: float = BONUS,
        exact: bool = False,
    ) -> Dictionary:
        """Mentions with their labels; of equally long ones the earlier counts.

        Blanks around either are no part of it.

        Raises:
            CorpusError: one is no pair of a mention and its label, or either is empty; the message
                says the pair's number.
            ConfigError: there is no such mode.
        """
        given = pairs.items() if isinstance(pairs, Mapping) else pairs
        entries = tuple(_entry(one, line) for line, one in enumerate(given, 1))
        return cls((Part(PAIRS, Manner(mode, bonus, exact), entries),))

    @classmethod
    def named(cls, words: Iterable[str], patterns: Iterable[str]) -> Dictionary | None:
        """What the command line names, ``FILE[:MODE[=BONUS]][:exact]`` each; None for nothing.

        Raises:
            CorpusError: a file cannot be read.
            ConfigError: a mode or bonus is none.
        """
        parts = [read_words(*named(one)) for one in words]
        parts += [read_patterns(*named(one)) for one in patterns]
        return cls(tuple(parts)) if parts else None

    def __add__(self, other: Dictionary) -> Dictionary:
        return Dictionary(self.parts + other.parts)

    def __len__(self) -> int:
        """How many rules there are."""
        return sum(len(part.entries) + len(part.patterns) for part in self.parts)

    @property
    def digest(self) -> str:
        """A number, in hexadecimal, that tells dictionaries apart; the same in every process."""
        digest = hashlib.sha256()
        for part in self.parts:
            patterns = [pattern[:-1] for pattern in part.patterns]
            said = (part.manner, [tuple(entry) for entry in part.entries], patterns)
            digest.update(repr(said).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def rules(self) -> Iterable[tuple[Part, Entry | Pattern]]:
        """Every rule with the part that it is of, in order."""
        for part in self.parts:
            for rule in part.rules:
                yield part, rule


def _entry(given: Any, line: int) -> Entry:
    """The entry of a pair.

    Raises:
        CorpusError: it is none.
    """
    is_pair = isinstance(given, Sequence) and not isinstance(given, str) and len(given) == PAIR
    if not is_pair or not all(isinstance(one, str) for one in given):
        why = f"expected a mention and its label, got {given!r}"
        raise CorpusError(why, path=PAIRS, line=line)
    mention, label = given
    return Entry(mention.strip(), label.strip(), 0.0, line)
