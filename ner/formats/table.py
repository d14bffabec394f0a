"""A table of documents: what its columns are called, and which of them hold what.

A row is a text and its entities, or tokens and their tags, which may be numbers of named classes:

    id  text          entities                                    topic
    7   她在苏州。    [{"start": 2, "end": 4, "label": "LOC"}]    travel

    id  tokens                      ner_tags
    7   ["她", "在", "苏", "州"]    ["O", "O", "B-LOC", "I-LOC"]

Where both are there the entities count. An optional column ``sentences`` holds [start, end] pairs
as in JSON lines. ``fields``, an object as JSON, is a document's fields, and so is every other
column. An empty value is an absent one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ner.errors import CorpusError, Place


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns that are more than a document's fields.

    Args:
        tags: the first of these that a table has is the tokens' tags.
    """

    id: str = "id"
    text: str = "text"
    entities: str = "entities"
    sentences: str = "sentences"
    tokens: str = "tokens"
    tags: tuple[str, ...] = ("ner_tags", "tags")
    fields: str = "fields"


USUAL = Columns()
BROKEN = (ValueError, RecursionError)  # the latter by what a message shows of nested lists


@dataclass(frozen=True, slots=True)
class Row:
    """Values by the names of their columns, and where they stand."""

    values: Mapping[str, Any]
    place: Place

    def error(self, error: Exception) -> CorpusError:
        return CorpusError(str(error), path=self.place.path, line=self.place.line)


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of a table before its rows.

    Args:
        names: of its columns.
        place: where it begins.
        columns: what its columns are called.
        tagged: whether annotations are wanted.
        scheme: of the tags, or None to tell it from them.
        classes: the tags that numbers stand for, by the column.
    """

    names: Sequence[str]
    place: Place
    columns: Columns = USUAL
    tagged: bool = True
    scheme: str | None = None
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def tags(self) -> str | None:
        """The column of the tags."""
        return next((name for name in self.columns.tags if name in self.names), None)

    @property
    def by_text(self) -> bool:
        """Whether a row is a text with its entities, rather than tokens with their tags."""
        wanted = self.columns.entities if self.tagged else self.columns.text
        return self.columns.text in self.names and wanted in self.names

    @property
    def own(self) -> set[str]:
        """The columns whose values are no fields of a document."""
        names = self.columns
        known = {names.id, names.text, names.entities, names.sentences}
        return known | {names.tokens, self.tags or names.tokens} if self._has_tokens else known

    @property
    def _has_tokens(self) -> bool:
        return self.columns.tokens in self.names

    def check(self) -> None:
        """Makes sure that the columns that are needed are there.

        Raises:
            CorpusError: they are not; the message says which there are.
        """
        names = self.columns
        name, often = Counter(self.names).most_common(1)[0] if self.names else ("", 0)
        if often > 1:
            raise self._error(f"{often} columns are called {name!r}")
        if self.by_text or (self._has_tokens and (self.tags or not self.tagged)):
            return
        expected = f"{names.text} and {names.entities}, or {names.tokens} and {names.tags[0]}"
        if not self.tagged:
            expected = f"{names.text} or {names.tokens}"
        found = ", ".join(map(repr, self.names)) or "none"
        raise self._error(f"expected the columns {expected}; found {found}")

    def _error(self, message: str) -> CorpusError:
        return CorpusError(message, path=self.place.path, line=self.place.line)
