"""Columns: a token a line, its tag in the last column, a blank line after each sentence.

    苏\tB-LOC          Tabs or blanks. A token may itself be a blank: it is then the line's first
    州\tE-LOC          character. Tokens of several characters keep their text, one tag for all
    很\tO              of them. ``B_LOC`` is read as ``B-LOC``. A file has one number of columns.
    美\tO

From a ``-DOCSTART-`` line to the next the sentences are one document, joined by line feeds; before
the first such line every sentence is its own. Stray tags are handled by the rule in ``ner.tags``
and counted.

The scheme, and whether characters carry their place in the word (``科0 技1``), are told from the
first ``LOOKAHEAD`` sentences; the rest is a stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain, islice
from typing import TextIO

from ner import tags as schemes
from ner.document import Document, Entity, Sentence
from ner.errors import CorpusError
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.rows import DOCUMENT_START, Block, Blocks, cells_of
from ner.formats.source import Source, named, refuse_surrogates
from ner.formats.tagged import (
    ILLEGAL,
    LOOKAHEAD,
    on_lines,
    scheme_of,
    spans_of_tokens,
    tell_crowded,
)

POSITION = re.compile(r"(.+?)(\d+)")
POSITIONED = 50  # tokens, all with a digit at their end, before they are taken for positions
BYTE_ORDER_MARK = "\ufeff"
BREAKS = re.compile(r"[\t\n\r]|^ | $|^$|[\ud800-\udfff]")
POSITIONS = "sentences in columns whose characters carry their position in the word"
EMPTY = "empty texts left out"
JOINED = "texts whose sentences are joined by line feeds now"
ENDED = "texts whose lines are sentences now"


def recognises(lines: Sequence[str]) -> bool:
    """Whether the first line looks like a token and its tag."""
    line = lines[0]
    cells = cells_of(line)
    if cells[0] == DOCUMENT_START:
        return True
    try:
        schemes.split(cells[-1])
    except ValueError:
        return False
    return len(cells) > 1 and not (len(cells) > 2 and line.startswith("{") and line.endswith("}"))


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """The documents of a file.

    Raises:
        CorpusError: a line has another number of columns than the first, or its tag is none; where
            the findings are listened to, its sentence is left out instead.
    """
    coming = Blocks(source, findings).all()
    ahead = list(islice(coming, LOOKAHEAD))
    scheme = scheme_of(source.options.scheme, (block.tags for block in ahead))
    positioned = source.options.position_digits
    if positioned is None:
        positioned = _all_positioned(ahead)
    blocks: Iterator[Block] = chain(ahead, coming)
    if positioned:
        blocks = _without_positions(blocks, source, findings)
    documents = _Documents(scheme, source, findings)
    for group in _groups(blocks):
        findings[f"sentences in scheme {scheme}"] += len(group)
        yield documents.document(group)


def write(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """A character and its tag a line, tab between them; line feeds in a text end a sentence.

    Documents of several sentences each begin with a ``-DOCSTART-`` line. What one layer of tags
    cannot hold (nested or overlapping entities, those across line feeds) is told.

    Raises:
        CorpusError: a text holds a lone surrogate, which no UTF-8 file can.
    """
    opening = BYTE_ORDER_MARK  # a text that begins with this character would lose it to the reader
    grouped = False
    for document in documents:
        _refuse_unwritable(document)
        sentences = [part for one in document.sentences for part in on_lines(one)]
        _tell_texts(document, sentences, findings)
        grouped = grouped or len(sentences) > 1
        if grouped:
            stream.write(f"{DOCUMENT_START}\tO\n\n")
        held = 0
        for sentence in sentences:
            spans = schemes.spans_of(sentence.entities)
            tags, lost = schemes.encode(spans, len(sentence.text), scheme=options.scheme)
            held += len(spans) - lost
            stream.write(opening if sentence.text[0] == opening else "")
            stream.write("\n".join(map("\t".join, zip(sentence.text, tags, strict=True))) + "\n\n")
            opening = ""
        if held < len(document.entities):
            tell_crowded(document, sentences, findings)


def _refuse_unwritable(document: Document) -> None:
    refuse_surrogates(document, format="columns")
    for label in {entity.label for entity in document.entities}:
        if BREAKS.search(label):
            message = f"the label {label!r} cannot be written in columns: it would break its line"
            raise CorpusError(message, path=named(document))


def _tell_texts(document: Document, sentences: Sequence[Sentence], findings: Findings) -> None:
    """Says what becomes of a text whose sentences are not its lines."""
    if not sentences:
        findings.note(EMPTY, document.place)
    elif "\n".join(one.text for one in sentences) != document.text:
        findings.note(JOINED, document.place, document.text)
    elif len(sentences) != max(1, len(document.spans)):
        findings.note(ENDED, document.place, document.text)


def _all_positioned(blocks: Sequence[Block]) -> bool:
    """Whether every token ends in a digit, as if for its place in the word."""
    enough = sum(len(block.tokens) for block in blocks) >= POSITIONED
    return enough and all(POSITION.fullmatch(token) for block in blocks for token in block.tokens)


def _without_positions(
    blocks: Iterable[Block], source: Source, findings: Findings
) -> Iterator[Block]:
    for block in blocks:
        found = [POSITION.fullmatch(token) for token in block.tokens]
        if None in found:
            place = found.index(None)
            wrong = f"expected a character and its position like '科0', got {block.tokens[place]!r}"
            findings.wrong(source.error(wrong, block.line + place))
            continue
        findings[POSITIONS] += 1
        tokens = [one[1] for one in found if one]
        yield replace(block, text="".join(tokens), tokens=tokens)


def _groups(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """The sentences of each document: alone, or from a ``-DOCSTART-`` to the next."""
    group: list[Block] = []
    grouped = False
    for block in blocks:
        if group and (block.opens_document or not grouped):
            yield group
            group = []
        grouped = grouped or block.opens_document
        group.append(block)
    if group:
        yield group


class _Documents:
    """Sentences made documents, the tags read in one scheme."""

    def __init__(self, scheme: str, source: Source, findings: Findings) -> None:
        self._tags = schemes.TagReader(scheme)
        self._source = source
        self._findings = findings

    def document(self, blocks: Sequence[Block]) -> Document:
        """The sentences as one document."""
        entities: list[Entity] = []
        spans: list[tuple[int, int]] = []
        start = 0
        for block in blocks:
            entities += self._entities(block, start)
            spans.append((start, start + len(block.text)))
            start += len(block.text) + 1
        text = blocks[0].text if len(blocks) == 1 else "\n".join(block.text for block in blocks)
        place = self._source.place(blocks[0].line)
        return Document(text, tuple(entities), tuple(spans), place=place)

    def _entities(self, block: Block, start: int) -> list[Entity]:
        """The entities of a sentence that begins at ``start`` of its document."""
        if block.tags.count("O") == len(block.tags):
            return []

        def tell(place: int, shown: str) -> None:
            self._findings.note(ILLEGAL, self._source.place(block.line + place), shown)

        spans = spans_of_tokens(block.tokens, block.tags, self._tags, tell)
        if len(block.text) > len(block.tags):
            edges = list(accumulate(map(len, block.tokens), initial=0))
            spans = [(edges[first], edges[last], label) for first, last, label in spans]
        text = block.text
        return [Entity(text[at:to], label, start + at, start + to) for at, to, label in spans]
