"""Lines of a token and its tag, gathered into sentences: what ``columns`` is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from ner import tags as schemes
from ner.formats.findings import Findings
from ner.formats.source import Paragraph, Source

DOCUMENT_START = "-DOCSTART-"
RAW_START = DOCUMENT_START.encode()
REGULAR = re.compile(rb"(?:[^ \t\n\r\x0b\x0c]+[ \t][^ \t\n\r\x0b\x0c]+\n)+")
SEPARATORS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence: its tokens and their tags, and the line of the first.

    Where every token is one character, ``tokens`` is the text itself.
    """

    text: str
    tokens: Sequence[str]
    tags: Sequence[str]
    line: int
    opens_document: bool = False


class Blocks:
    """The sentences of a source: regular ones read at one stroke, others line by line."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self._source = source
        self._findings = findings
        self._width: int | None = None
        self._tags: dict[bytes, str] = {}  # as they stand in the file → as they are meant
        self._opening = False  # a document begins with the next sentence

    def all(self) -> Iterator[Block]:
        for paragraph in self._source.paragraphs():
            block = self._regular(paragraph)
            if block:
                yield block
            else:
                yield from self._irregular(paragraph)

    def _regular(self, paragraph: Paragraph) -> Block | None:
        """The sentence, if every line is a token, one tab or blank, and a tag met before."""
        raw = paragraph.raw.replace(b"\r\n", b"\n")
        wanted = self._width == 2 and self._source.options.tagged
        if not wanted or RAW_START in raw or not REGULAR.fullmatch(raw):
            return None
        cells = raw.split()
        try:
            tags = list(map(self._tags.__getitem__, cells[1::2]))
            text = b"".join(cells[::2]).decode(self._source.options.encoding)
        except (KeyError, UnicodeDecodeError):
            return None
        if len(text) == len(tags):
            return self._block(text, text, tags, paragraph.number)
        tokens = [cell.decode(self._source.options.encoding) for cell in cells[::2]]
        return self._block(text, tokens, tags, paragraph.number)

    def _irregular(self, paragraph: Paragraph) -> Iterator[Block]:
        rows: list[tuple[str, str] | None] = []
        first = paragraph.number
        for number, line in chain(self._source.decoded(paragraph), [(0, "")]):
            cells = cells_of(line) if line.strip(" \t") else []
            if cells and cells[0] != DOCUMENT_START:
                rows.append(self._row(cells, line, number))
                continue
            whole = [row for row in rows if row]
            if whole and len(whole) == len(rows):
                tokens, tags = zip(*whole, strict=True)
                yield self._block("".join(tokens), tokens, tags, first)
            rows, first = [], number + 1
            self._opening = self._opening or bool(cells)

    def _block(self, text: str, tokens: Sequence[str], tags: Sequence[str], line: int) -> Block:
        opening, self._opening = self._opening, False
        return Block(text, tokens, tags, line, opening)

    def _row(self, cells: Sequence[str], line: str, number: int) -> tuple[str, str] | None:
        """A line's token and tag; None where it is wrong, and somebody listens."""
        try:
            self._width = self._width or _width(cells, tagged=self._source.options.tagged)
            if len(cells) != self._width or not cells[0]:
                raise ValueError(f"expected {self._width} columns, got {len(cells)}: {line!r}")
            return cells[0], self._tag(cells[-1])
        except ValueError as error:
            self._findings.wrong(self._source.error(str(error), number))
            return None

    def _tag(self, cell: str) -> str:
        if not self._source.options.tagged:
            return "O"
        letter, label = schemes.split(cell)
        tag = f"{letter}-{label}" if label else "O"
        self._tags[cell.encode(self._source.options.encoding)] = tag
        return tag


def cells_of(line: str) -> list[str]:
    """The columns of a line; a tab or blank that stands first is the token."""
    if line[:1] in (" ", "\t"):
        return [line[0], *SEPARATORS.split(line[1:].strip(" \t"))]
    if "\t" in line:
        return [cell.strip(" ") if place else cell for place, cell in enumerate(line.split("\t"))]
    return SEPARATORS.split(line.rstrip(" "))


def _width(cells: Sequence[str], *, tagged: bool) -> int:
    if len(cells) < 2 and tagged:
        line = " ".join(cells)
        raise ValueError(f"expected a token and a tag, tab or blank between, got {line!r}")
    return len(cells)
