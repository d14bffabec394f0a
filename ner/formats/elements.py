"""JSON too long to be parsed as one: its objects one by one, and the keys it begins with.

The objects are the elements of an array, or stand in the file by themselves: one a line (JSON
lines), or each over several lines. Where one cannot be parsed at the place where it begins, because
it is broken or goes on in the next line, it is cut out by its brackets; so the time is linear in
the file, and what stands behind a broken one is found if its brackets are balanced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from reprlib import repr as shortened
from typing import Any

from ner.formats.findings import Findings
from ner.formats.source import Source

Numbered = tuple[int, str]  # a line, behind its number

MARK = re.compile(r'[\[\]{}]|"[^"\\]*("?)')
COLON = re.compile(r"\s*:\s*")
LOOKED_AT = 100_000  # characters, for keys
MARKS = 1000  # strings and brackets, for keys
SHOWN = 200  # characters of a key's value
NOTHING: tuple[list[str], ...] = ([], [",\n"])  # what may end a line behind an object
DECODER = json.JSONDecoder()


def objects(source: Source, findings: Findings) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file, each behind the number of the line where it begins.

    Raises:
        CorpusError: one cannot be parsed or has no end, something else stands between them, or an
            array has no end; where the findings are listened to, that is left out instead.
    """
    lines = source.lines()
    first = next(((number, line) for number, line in lines if line.strip()), None)
    if first is None:
        return
    if _is_object(first[1].strip()):
        found = _on_lines(chain([first], lines), source, findings)
    else:
        in_array = first[1].lstrip().startswith("[")
        opened = first[0], first[1].replace("[", " ", 1) if in_array else first[1]
        cutter = _Cutter(source, findings, in_array=in_array)
        found = cutter.cut(chain([opened], lines))
    for number, value in found:
        if isinstance(value, dict):
            yield number, value
        else:
            wrong = f"expected an object, got {shortened(value)}"
            findings.wrong(source.error(wrong, number))


def keys(text: str) -> dict[str, str]:
    """The keys of the first object, alone or first in an array, and how their values begin.

    The text may be cut short; a key far behind its beginning is not found.
    """
    found: dict[str, str] = {}
    text = text[:LOOKED_AT]
    depth = level = 0
    for start, end in islice(_marks(text), MARKS):
        if text[start] in "[{":
            depth += 1
            level = level or (depth if text[start] == "{" else 0)
        elif text[start] in "]}":
            depth -= 1
            if depth < level:
                break
        elif depth == level and (colon := COLON.match(text, end)):
            found[text[start + 1 : end - 1]] = text[colon.end() : colon.end() + SHOWN]
    return found if 0 < level <= 2 else {}


def _on_lines(
    lines: Iterable[Numbered], source: Source, findings: Findings
) -> Iterator[tuple[int, Any]]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            findings.wrong(source.error(f"not JSON: {error}", number))


class _Cutter:
    """Cuts lines into objects, with what is open between the lines."""

    def __init__(self, source: Source, findings: Findings, *, in_array: bool) -> None:
        self._source = source
        self._findings = findings
        self._in_array = in_array  # its first bracket is not seen here
        self._depth = 0  # of brackets in the object that is open
        self._pieces: list[str] = []  # of it, or of what stands between two
        self._began = (1, 0)  # where they begin: the line, and the characters before them there
        self._met = 0  # objects

    def cut(self, lines: Iterable[Numbered]) -> Iterator[tuple[int, Any]]:
        number = 1
        for number, line in lines:
            yield from self._cut_line(number, line)
        if self._depth:
            self._wrong("the object that begins here has no end", self._began[0])
        elif self._in_array:
            self._wrong("the array has no end", number)
        else:
            self._between("", number)

    def _cut_line(self, number: int, line: str) -> Iterator[tuple[int, Any]]:
        used = 0  # characters
        place = 0
        while found := _next_mark(line, place):
            start, place = found
            if line[start] in "[{":
                if self._depth:
                    self._depth += 1
                    continue
                self._between(line[used:start], number, "," if self._in_array and self._met else "")
                self._met += 1
                whole = _whole(line, start)
                if whole:
                    value, used = whole
                    place = used
                    yield number, value
                else:
                    used = start
                    self._began, self._depth = (number, start), 1
            elif line[start] in "]}" and self._depth:
                self._depth -= 1
                if not self._depth:
                    yield from self._parsed(line[used:place])
                    used = place
            elif line[start] == "]" and self._in_array:
                self._between(line[used:start], number)
                self._in_array, used = False, place
        self._keep(line[used:], number)

    def _keep(self, rest: str, number: int) -> None:
        """What is left of a line, for what comes."""
        if not self._depth:
            rest = rest.strip()
            if self._pieces in NOTHING:
                self._began = (number, 0)
        if rest or self._depth:
            self._pieces.append(rest + "\n")

    def _parsed(self, end: str) -> Iterator[tuple[int, Any]]:
        """The object that is open, with the last piece of it."""
        text = "".join([*self._pieces, end])
        self._pieces = []
        line, column = self._began
        try:
            yield line, json.loads(text)
        except json.JSONDecodeError as error:
            column = error.colno + (column if error.lineno == 1 else 0)
            self._wrong(f"not JSON: {error.msg} (column {column})", line + error.lineno - 1)
        except (ValueError, RecursionError) as error:
            self._wrong(f"not JSON: {error}", line)

    def _between(self, last: str, number: int, expected: str = "") -> None:
        """Looks at what stands between two objects, before the first or behind the last."""
        met = "".join([*self._pieces, last]).strip()
        number = number if self._pieces in NOTHING else self._began[0]
        self._pieces = []
        if met != expected:
            wanted = f"{expected!r} and an object" if expected else "an object"
            self._wrong(f"expected {wanted}, got {shortened(met)}", number)

    def _wrong(self, message: str, line: int) -> None:
        self._findings.wrong(self._source.error(message, line))


def _whole(line: str, start: int) -> tuple[Any, int] | None:
    """The value that begins here, and where it ends, if that is in this line."""
    try:
        return DECODER.raw_decode(line, start)
    except (ValueError, RecursionError):
        return None


def _is_object(line: str) -> bool:
    """Whether a line is one object, by its brackets."""
    if not line.startswith("{"):
        return False
    depth = 0
    for start, end in _marks(line):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(line[start], 0)
        if not depth:
            return end == len(line)
    return False


def _marks(line: str) -> Iterator[tuple[int, int]]:
    """The places of all strings, and of the brackets that stand in none."""
    end = 0
    while found := _next_mark(line, end):
        yield found
        end = found[1]


def _next_mark(line: str, place: int) -> tuple[int, int] | None:
    """The next one from ``place`` on; a string that is not closed ends with the line."""
    found = MARK.search(line, place)
    if not found:
        return None
    start, end = found.span()
    return start, end if line[start] != '"' or found[1] else _string_end(line, end)


def _string_end(line: str, start: int) -> int:
    """Behind the first quotation mark from ``start`` on that no backslash escapes."""
    while (quote := line.find('"', start)) >= 0:
        unescaped = quote
        while unescaped > start and line[unescaped - 1] == "\\":
            unescaped -= 1
        start = quote + 1
        if (quote - unescaped) % 2 == 0:
            return start
    return len(line)
