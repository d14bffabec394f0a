"""The rules that a dictionary is made of: lines of a file, and what holds for all of its lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from ner.errors import ConfigError, CorpusError, choose

FORCE, PREFER, FILL, FORBID = "force", "prefer", "fill", "forbid"
MODES = {
    FORCE: "the mention is always this entity",
    PREFER: "a bonus for the mention, that the decoder weighs against all else",
    FILL: "an entity where the model finds none",
    FORBID: "exactly this mention is never this entity",
}
ANY = "*"  # the label that stands for all, where something is forbidden
BONUS = 3.0  # a factor of e³ ≈ 20 for the odds
NOWHERE = "\uffff"  # stands for what no mention holds


class Entry(NamedTuple):
    """A mention and its label; ``line`` is its place in the file, from 1."""

    mention: str
    label: str
    priority: float
    line: int


class Pattern(NamedTuple):
    """A regular expression, what its matches must stand besides, and their label."""

    regex: str
    label: str
    priority: float
    line: int
    check: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How the rules of a file are obeyed.

    ``bonus`` is what ``prefer`` adds to a mention's score; ``exact`` finds mentions as they are
    written instead of as the model's features write them.
    """

    mode: str = FORCE
    bonus: float = BONUS
    exact: bool = False

    def __post_init__(self) -> None:
        choose(self.mode, MODES, kind="dictionary mode")
        if not isfinite(self.bonus):
            raise ConfigError(f"dictionary bonus: got {self.bonus}, expected a finite number")


@dataclass(frozen=True, slots=True)
class Part:
    """The rules of one file, in its order."""

    path: str
    manner: Manner
    entries: tuple[Entry, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    def __post_init__(self) -> None:
        for entry in self.entries:
            if not entry.mention.strip():
                raise self.error("an empty mention", entry)
            if not entry.mention.isprintable():
                self._refuse_unfindable(entry)
        for rule in self.rules:
            if rule.label == ANY and self.manner.mode != FORBID:
                raise self.error(f"the label {ANY} makes sense only in the mode {FORBID}", rule)
            if not rule.label.strip():
                raise self.error("an empty label", rule)
            if not isfinite(rule.priority):
                raise self.error(f"priority {rule.priority}: expected a finite number", rule)

    @property
    def rules(self) -> tuple[Entry | Pattern, ...]:
        """The entries and the patterns."""
        return (*self.entries, *self.patterns)

    def error(self, message: str, rule: Entry | Pattern) -> CorpusError:
        """What is wrong with a rule, with its place."""
        return CorpusError(message, path=self.path, line=rule.line)

    def _refuse_unfindable(self, rule: Entry) -> None:
        """Makes sure that a mention can be looked for.

        Raises:
            CorpusError: it holds a lone surrogate, or what stands for one.
        """
        for character in rule.mention:
            if character == NOWHERE or "\ud800" <= character <= "\udfff":
                raise self.error(f"U+{ord(character):04X} cannot be looked for", rule)
