"""Lines of a token and its tag, gathered into sentences: what ``columns`` is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from ner import tags as schemes
from ner.formats.findings import Findings
from ner.formats.source import Source, Stretch

DOCUMENT_START = "-DOCSTART-"
RAW_START = DOCUMENT_START.encode()
NO_BLANKS = bytes(set(range(256)) - set(b" \t\n\r\x0b\x0c"))
REGULAR = re.compile(rb"(?:[ \t]\n+)*[ \t]?")  # what is left of lines with one blank each
SEPARATORS = re.compile(r"[ \t]+")
TABS = re.compile(r" *\t[ \t]*")
PADDED = re.compile(r"[^ \t][^\t]* \t")
PADDING = "tokens with blanks between them and a tab, left out"


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
        for stretch in self._source.stretches():
            yield from self._regular(stretch) or self._irregular(stretch)

    def _regular(self, stretch: Stretch) -> list[Block]:
        """The sentences, if every line is empty or a token, one tab or blank, and a tag.

        Of other stretches there are none: they are looked at line by line, which gives the same.
        """
        raw = stretch.raw.replace(b"\r\n", b"\n")
        blanks = raw.translate(None, NO_BLANKS)
        wanted = self._width in (None, 2) and self._source.options.tagged
        if not wanted or RAW_START in raw or not REGULAR.fullmatch(blanks):
            return []
        cells = raw.split()
        if len(cells) != 2 * (len(blanks) - blanks.count(b"\n")):
            return []
        try:
            for unknown in set(cells[1::2]) - self._tags.keys():
                self._tag(unknown.decode(self._source.options.encoding))
            tokens = b"\n".join(cells[::2]).decode(self._source.options.encoding)
        except ValueError:
            return []
        self._width = 2
        tags = list(map(self._tags.__getitem__, cells[1::2]))
        text = tokens.replace("\n", "")
        if len(text) == len(tags):
            return self._cut(raw, text, tags, stretch.number)
        return self._cut(raw, tokens.split("\n"), tags, stretch.number)

    def _cut(self, raw: bytes, tokens: Sequence[str], tags: list[str], number: int) -> list[Block]:
        """The sentences of a stretch, by the empty lines between them."""
        blocks = []
        start = 0
        for paragraph in raw.split(b"\n\n"):
            lines = paragraph.strip(b"\n")
            if lines:
                end = start + lines.count(b"\n") + 1
                first = number + paragraph.startswith(b"\n")
                blocks.append(self._block(tokens[start:end], tags[start:end], first))
                start = end
            number += paragraph.count(b"\n") + 2
        return blocks

    def _irregular(self, stretch: Stretch) -> Iterator[Block]:
        rows: list[tuple[str, str] | None] = []
        first = stretch.number
        for number, line in chain(self._source.decoded(stretch), [(0, "")]):
            cells = cells_of(line) if line.strip(" \t") else []
            if cells and cells[0] != DOCUMENT_START:
                rows.append(self._row(cells, line, number))
                continue
            whole = [row for row in rows if row]
            if whole and len(whole) == len(rows):
                tokens, tags = zip(*whole, strict=True)
                yield self._block(tokens, tags, first)
            rows, first = [], number + 1
            self._opening = self._opening or bool(cells)

    def _block(self, tokens: Sequence[str], tags: Sequence[str], line: int) -> Block:
        opening, self._opening = self._opening, False
        text = tokens if isinstance(tokens, str) else "".join(tokens)
        return Block(text, tokens, tags, line, opening)

    def _row(self, cells: Sequence[str], line: str, number: int) -> tuple[str, str] | None:
        """A line's token and tag; None where it is wrong, and somebody listens."""
        try:
            self._width = self._width or _width(cells, tagged=self._source.options.tagged)
            if len(cells) != self._width or not cells[0]:
                raise ValueError(f"expected {self._width} columns, got {len(cells)}: {line!r}")
            if " \t" in line and PADDED.match(line):
                self._findings.note(PADDING, self._source.place(number), line)
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
    """The columns of a line; a tab or blank that stands first is the token.

    Where there are tabs, they alone part columns, and the blanks around those are left out; else
    blanks do. Tabs and blanks at the line's end part nothing.
    """
    whole = line.rstrip(" \t")
    if line[:1] in (" ", "\t"):
        rest = whole[1:]
        return [line[0], *(TABS if "\t" in rest else SEPARATORS).split(rest.lstrip(" \t"))]
    if "\t" in whole:
        return [cell.strip(" ") for cell in whole.split("\t")]
    return SEPARATORS.split(whole)


def _width(cells: Sequence[str], *, tagged: bool) -> int:
    if len(cells) < 2 and tagged:
        line = " ".join(cells)
        raise ValueError(f"expected a token and a tag, tab or blank between, got {line!r}")
    return len(cells)
