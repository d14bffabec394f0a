"""Rows of tokens and their tags: what a table says of them, checked against one another.

Tokens are joined to the text, unless a text stands beside them: then they stand in it one after
another, with nothing but blanks between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ner import tags as schemes
from ner.formats.findings import Findings
from ner.formats.table import BROKEN, Row, Table


@dataclass(frozen=True, slots=True)
class Tagged:
    """A row's tokens, where they stand in its text, and their tags."""

    row: Row
    text: str
    places: Sequence[tuple[int, int]]
    tags: Sequence[str]


def tagged_rows(table: Table, rows: Iterable[Row], findings: Findings) -> Iterator[Tagged]:
    for row in rows:
        try:
            tokens = _strings(row.values.get(table.columns.tokens), table.columns.tokens)
            tags = _tags(table, row, len(tokens)) if table.tagged and table.tags else []
            text = row.values.get(table.columns.text)
            text = "".join(tokens) if text is None else text
            yield Tagged(row, text, _places(tokens, text), tags)
        except BROKEN as error:
            findings.wrong(row.error(error))


def _tags(table: Table, row: Row, length: int) -> list[str]:
    """The tags of a row's tokens, numbers as the names of their classes."""
    column = table.tags or ""
    value = row.values.get(column)
    if isinstance(value, Sequence) and any(type(tag) is int for tag in value):
        value = [_class(tag, table.classes.get(column), column) for tag in value]
    letters = map(schemes.split, _strings(value, column))
    tags = [f"{letter}-{label}" if label else "O" for letter, label in letters]
    if len(tags) != length:
        raise ValueError(f"expected a tag for each of {length} tokens, got {len(tags)}")
    return tags


def _class(tag: Any, classes: Sequence[str] | None, column: str) -> str:
    if not classes:
        raise ValueError(
            f"{column!r} holds numbers, and the table does not say what they stand for"
        )
    if type(tag) is not int or not 0 <= tag < len(classes):
        raise ValueError(f"expected numbers of tags from 0 to {len(classes) - 1}, got {tag!r}")
    return classes[tag]


def _strings(value: Any, column: str) -> list[str]:
    listed = isinstance(value, Sequence) and not isinstance(value, str)
    if not listed or not all(isinstance(one, str) and one for one in value):
        raise ValueError(
            f"{column!r}: expected a list of strings that are not empty, got {value!r}"
        )
    return list(value)


def _places(tokens: Sequence[str], text: Any) -> list[tuple[int, int]]:
    """Where the tokens stand in their text, with nothing but blanks between them."""
    if not isinstance(text, str):
        raise ValueError(f"expected a text, got {text!r}")
    places = []
    end = 0
    for token in (*tokens, ""):
        start = end
        while not (text.startswith(token, start) if token else start == len(text)):
            if not text[start : start + 1].isspace():
                rest = text[start : start + len(token) + 5]
                raise ValueError(f"the text goes on with {rest!r}, the tokens with {token!r}")
            start += 1
        end = start + len(token)
        places.append((start, end))
    return places[:-1]
