"""Columns: a token a line, its tag in the last column, a blank line after each sentence.

    苏\tB-LOC          Tabs or blanks. A token may itself be a blank: it is then the line's first
    州\tE-LOC          character. Tokens of several characters keep their text, one tag for all
    很\tO              of them. ``B_LOC`` is read as ``B-LOC``. A file has one number of columns.
    美\tO

Between ``-DOCSTART-`` lines the sentences are one document, joined by line feeds; without such
lines every sentence is its own. Stray tags are handled by the rule in ``ner.tags`` and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from ner import tags as schemes
from ner.document import Document, Entity
from ner.errors import CorpusError, choose
from ner.formats.source import Source

DOCUMENT_START = "-DOCSTART-"
SEPARATORS = re.compile(r"[ \t]+")
POSITION = re.compile(r"(.+?)(\d+)")
BYTE_ORDER_MARK = "\ufeff"
BREAKS = re.compile(r"[\t\n\r]|^ | $|^$|[\ud800-\udfff]")
ILLEGAL = "illegal tag transitions"


@dataclass(slots=True)
class Block:
    """The lines of one sentence, as they are gathered."""

    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    opens_document: bool = False


def recognises(line: str) -> bool:
    """Whether ``line`` looks like a token and its tag."""
    cells = _cells(line)
    if cells[0] == DOCUMENT_START:
        return True
    try:
        schemes.split(cells[-1])
    except ValueError:
        return False
    return len(cells) > 1


def read(source: Source, counts: Counter[str]) -> Iterator[Document]:
    """The documents of a file. It is read whole first, since its scheme is told from all its tags.

    Raises:
        CorpusError: a line has another number of columns than the first, or its tag is none.
    """
    blocks = list(_blocks(source))
    scheme = source.options.scheme or schemes.detect(block.tags for block in blocks)
    choose(scheme, schemes.SCHEMES, kind="tag scheme")
    counts[f"sentences in scheme {scheme}"] += len(blocks)
    grouped = any(block.opens_document for block in blocks)
    group: list[Block] = []
    for block in blocks:
        if group and (block.opens_document or not grouped):
            yield _document(group, scheme, counts)
            group = []
        if block.tokens:
            group.append(block)
    if group:
        yield _document(group, scheme, counts)


def write(documents: Iterable[Document], stream: TextIO, counts: Counter[str]) -> None:
    """A character and its BIO tag a line, tab between them; line feeds in a text end a sentence.

    What one layer of tags cannot hold (nested or overlapping entities, those across line feeds)
    is counted.

    Raises:
        CorpusError: a text holds a lone surrogate, which no UTF-8 file can.
    """
    opening = BYTE_ORDER_MARK  # a text that begins with this character would lose it to the reader
    for document in documents:
        _refuse_unwritable(document)
        held = 0
        for sentence in document.sentences:
            text = sentence.text
            spans = [
                s for s in schemes.spans_of(sentence.entities) if "\n" not in text[s[0] : s[1]]
            ]
            tags, crowded = schemes.encode(spans, len(text))
            held += len(spans) - crowded
            for start, end in _lines(text):
                rows = zip(text[start:end], tags[start:end], strict=True)
                lines = "".join(f"{character}\t{tag}\n" for character, tag in rows)
                stream.write((opening if text[start] == opening else "") + lines + "\n")
                opening = ""
        counts["entities that one layer of tags cannot hold"] += len(document.entities) - held


def _refuse_unwritable(document: Document) -> None:
    place = "a document" if document.id is None else f"document {document.id}"
    try:
        document.text.encode()
    except UnicodeEncodeError as error:
        found = f"U+{ord(document.text[error.start]):04X} at character {error.start}"
        message = f"the lone surrogate {found} cannot be written in columns; jsonl can hold it"
        raise CorpusError(message, path=place) from error
    for label in {entity.label for entity in document.entities}:
        if BREAKS.search(label):
            message = f"the label {label!r} cannot be written in columns: it would break its line"
            raise CorpusError(message, path=place)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines of a text are that are not empty."""
    start = 0
    for line in text.split("\n"):
        if line:
            yield start, start + len(line)
        start += len(line) + 1


def _blocks(source: Source) -> Iterator[Block]:
    block = Block()
    width: int | None = None
    for number, line in source.lines():
        if not line.strip(" \t"):
            if block.tokens:
                yield block
                block = Block()
            continue
        cells = _cells(line)
        if cells[0] == DOCUMENT_START:
            if block.tokens:
                yield block
            block = Block(opens_document=True)
            continue
        width = width or _width(cells, source, number)
        if len(cells) != width or not cells[0]:
            raise source.error(f"expected {width} columns, got {len(cells)}: {line!r}", number)
        block.tokens.append(_token(cells[0], source, number))
        block.tags.append(_tag(cells, source, number))
    if block.tokens:
        yield block


def _cells(line: str) -> list[str]:
    """The columns of a line; a tab or blank that stands first is the token."""
    if line[:1] in (" ", "\t"):
        return [line[0], *SEPARATORS.split(line[1:].strip(" \t"))]
    if "\t" in line:
        return [cell.strip(" ") if place else cell for place, cell in enumerate(line.split("\t"))]
    return SEPARATORS.split(line.rstrip(" "))


def _width(cells: Sequence[str], source: Source, number: int) -> int:
    if len(cells) < 2 and source.options.tagged:
        line = " ".join(cells)
        raise source.error(
            f"expected a token and a tag, tab or blank between, got {line!r}", number
        )
    return len(cells)


def _token(cell: str, source: Source, number: int) -> str:
    if not source.options.position_digits:
        return cell
    found = POSITION.fullmatch(cell)
    if found is None:
        raise source.error(
            f"expected a character and its position like '科0', got {cell!r}", number
        )
    return found[1]


def _tag(cells: Sequence[str], source: Source, number: int) -> str:
    if not source.options.tagged:
        return "O"
    try:
        letter, label = schemes.split(cells[-1])
    except ValueError as error:
        raise source.error(str(error), number) from error
    return f"{letter}-{label}" if label else "O"


def _document(blocks: Sequence[Block], scheme: str, counts: Counter[str]) -> Document:
    entities: list[Entity] = []
    spans: list[tuple[int, int]] = []
    texts = ["".join(block.tokens) for block in blocks]
    start = 0
    for block, text in zip(blocks, texts, strict=True):
        counts[ILLEGAL] += schemes.illegal_neighbours(block.tags, scheme=scheme)
        entities += [entity.moved(start) for entity in _entities(block, text, scheme)]
        spans.append((start, start + len(text)))
        start += len(text) + 1
    return Document("\n".join(texts), tuple(entities), tuple(spans))


def _entities(block: Block, text: str, scheme: str) -> Iterator[Entity]:
    edges = [0]
    for token in block.tokens:
        edges.append(edges[-1] + len(token))
    for first, last, label in schemes.decode(block.tags, scheme=scheme):
        start, end = edges[first], edges[last]
        yield Entity(text[start:end], label, start, end)
