"""What can go wrong that a user can put right: each error says the place and what was expected."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral
from pathlib import Path
from typing import NamedTuple, TypeVar

Choice = TypeVar("Choice")


class Place(NamedTuple):
    """Where something stands: a file, or a name for a stream, and a line, counted from 1."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


class NerError(Exception):
    """An error whose message is meant for the user; the command line prints it and exits with 1."""


class ConfigError(NerError):
    """A setting is unknown, of the wrong type, or out of its range."""


class CorpusError(NerError):
    """A file of text or annotations cannot be read or written as asked.

    Args:
        message: what was got and what was expected.
        path: the file, or a name for a stream.
        line: the line, counted from 1, where one is to blame.
    """

    def __init__(self, message: str, *, path: str | Path, line: int | None = None) -> None:
        super().__init__(f"{Place(str(path), line)}: {message}")
        self.message = message
        self.path = str(path)
        self.line = line

    def __reduce__(self) -> tuple[Callable[..., CorpusError], tuple[str, str, int | None]]:
        return _corpus_error, (self.message, self.path, self.line)

    @property
    def place(self) -> Place:
        return Place(self.path, self.line)


def _corpus_error(message: str, path: str, line: int | None) -> CorpusError:
    """The error as it was in the process that met it."""
    return CorpusError(message, path=path, line=line)


class ModelError(NerError):
    """A model or run folder is missing, damaged, or of a format this version does not know."""


class WorkerError(NerError):
    """A process that tags for this one ended before its time."""


def nearest(name: str, known: Iterable[str]) -> str:
    """``known`` in a sentence, with the closest one pointed out where there is one."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"known: {', '.join(names)}{hint}"


def choose(name: str, table: Mapping[str, Choice], *, kind: str) -> Choice:
    """The entry of ``table`` called ``name``.

    Raises:
        ConfigError: there is no such entry; the message lists those there are.
    """
    if name not in table:
        raise ConfigError(f"unknown {kind} {name!r} ({nearest(name, table)})")
    return table[name]


def refuse_unless_whole(name: str, got: object, *, least: int) -> None:
    """Makes sure that a setting is a whole number from ``least`` on.

    Raises:
        ConfigError: it is not.
    """
    if not isinstance(got, Integral) or isinstance(got, bool) or got < least:
        raise ConfigError(f"{name}: got {got!r}, expected a whole number from {least} on")
