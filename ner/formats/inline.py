"""Marks inside the text, a document a line: ``angles`` and ``braces``.

    <PER>阿梨</PER>去了<LOC>泉州</LOC>。         angles
    {{person:阿梨}}去了{{place:泉州}}。          braces

Entities may be nested: ``<ORG><LOC>泉州</LOC>茶厂</ORG>``. A label is a letter or ``_``, then
letters, digits and ``_ . - /`` (in angles ``:`` too, and no ``/`` at its end). What looks otherwise
(``a<b``, ``<3``, ``{{ x``) is text; ``}}`` never is. Angles write a text's own marks as
``&lt;PER>``: ``&lt;``, ``&gt;`` and ``&amp;`` are read as the characters they stand for, and
written only where something else would be read. Braces have no such way out: a text that cannot be
told from marks is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.source import Source, named, refuse_surrogates
from ner.formats.text import BROKEN
from ner.tags import Span, spans_of

BYTE_ORDER_MARK = "\ufeff"
SHOWN = 2000  # characters of a line that the format is told from
EMPTY = "marks around nothing, left out"
UNHELD = "entities that nested marks cannot hold"

ANGLE_LABEL = r"[^\W\d](?:[\w.:/-]*[\w.:-])?"
BRACE_LABEL = r"[^\W\d][\w./-]*"
CHARACTERS = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
WRITTEN = {character: escape for escape, character in CHARACTERS.items()}
ESCAPE = re.compile("|".join(CHARACTERS))
ESCAPED = re.compile(rf"<(?=/?{ANGLE_LABEL}>)|&(?=(?:lt|gt|amp);)")
LAST_RETURN = re.compile(r"\r(?=\n|\Z)")
JSON = re.compile(r'\s*(?:\{\s*(?:"|\Z)|\[)')


@dataclass(frozen=True, slots=True)
class Style:
    """How marks look.

    Args:
        name: the format's.
        label: what a label looks like.
        mark: finds the marks; its group ``closes`` takes part in those that end an entity, its
            group ``label`` in those that say one.
        begin: the mark that begins an entity, with ``{}`` for its label.
        end: the mark that ends it.
        plain: the text that stands between marks as it is meant.
        written: the text as it is written between marks.
    """

    name: str
    label: str
    mark: re.Pattern[str]
    begin: str
    end: str
    plain: Callable[[str], str]
    written: Callable[[str], str]


ANGLES = Style(
    "angles",
    ANGLE_LABEL,
    re.compile(rf"<(?P<closes>/)?(?P<label>{ANGLE_LABEL})>"),
    "<{}>",
    "</{}>",
    lambda text: ESCAPE.sub(lambda found: CHARACTERS[found[0]], text),
    lambda text: ESCAPED.sub(lambda found: WRITTEN[found[0]], text),
)
BRACES = Style(
    "braces",
    BRACE_LABEL,
    re.compile(rf"\{{\{{(?P<label>{BRACE_LABEL}):|(?P<closes>\}}\}})"),
    "{{{{{}:",
    "}}}}",
    lambda text: text,
    lambda text: text,
)
ANGLED = re.compile(rf"<({ANGLE_LABEL})>[^<]+</\1>")
BRACED = re.compile(rf"\{{\{{{BRACE_LABEL}:[^{{}}]+\}}\}}")


def recognises_angles(lines: Sequence[str]) -> bool:
    """Whether a line holds an entity, and the first does not begin an XML or HTML file."""
    if lines[0].lstrip().startswith(("<?", "<!")):
        return False
    return any(ANGLED.search(line[:SHOWN]) for line in lines)


def recognises_braces(lines: Sequence[str]) -> bool:
    """Whether a line holds an entity, and the first is no JSON."""
    if JSON.match(lines[0][:SHOWN]):
        return False
    return any(BRACED.search(line[:SHOWN]) for line in lines)


def read_angles(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line, empty ones included.

    Raises:
        CorpusError: a mark lacks its other half, or two entities cross; where the findings are
            listened to, the line is left out instead.
    """
    return _read(source, findings, ANGLES)


def read_braces(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line, empty ones included.

    Raises:
        CorpusError: a mark lacks its other half; where the findings are listened to, the line is
            left out instead.
    """
    return _read(source, findings, BRACES)


def write_angles(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """A line for each document; line feeds in a text make lines of their own, and are told.

    Entities that cross others or a line's end are left out and told.

    Raises:
        CorpusError: a label cannot be written, or a text holds a lone surrogate.
    """
    _write(documents, stream, findings, ANGLES)


def write_braces(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """As ``write_angles``.

    Raises:
        CorpusError: as there, or the braces of a text would be read as marks.
    """
    _write(documents, stream, findings, BRACES)


def _read(source: Source, findings: Findings, style: Style) -> Iterator[Document]:
    for number, line in source.lines():
        place = source.place(number)
        try:
            text, spans = _parsed(line, style)
        except ValueError as error:
            findings.wrong(source.error(str(error), number))
            continue
        if not source.options.tagged:
            spans = []
        for start, end, label in spans:
            if start == end:
                findings.note(EMPTY, place, label)
        full = (span for span in spans if span[0] < span[1])
        entities = (Entity(text[start:end], label, start, end) for start, end, label in full)
        yield Document(text, tuple(entities), place=place)


def _parsed(line: str, style: Style) -> tuple[str, list[Span]]:
    """The text of a line and the spans that its marks enclose, in the order of their beginnings.

    Raises:
        ValueError: a mark lacks its other half, or two entities cross.
    """
    pieces: list[str] = []
    spans: list[Span] = []
    inside: list[tuple[int, re.Match[str]]] = []  # the spans not closed yet, and their marks
    length = last = 0
    for mark in style.mark.finditer(line):
        pieces.append(style.plain(line[last : mark.start()]))
        length, last = length + len(pieces[-1]), mark.end()
        if not mark["closes"]:
            inside.append((len(spans), mark))
            spans.append((length, length, mark["label"]))
            continue
        if not inside:
            raise ValueError(f"{_where(mark)} closes nothing")
        place, opening = inside.pop()
        if mark["label"] not in (None, opening["label"]):
            raise ValueError(f"{_where(mark)} crosses {_where(opening)}")
        start, _, label = spans[place]
        spans[place] = (start, length, label)
    if inside:
        raise ValueError(f"{_where(inside[-1][1])} is not closed")
    return "".join((*pieces, style.plain(line[last:]))), spans


def _where(mark: re.Match[str]) -> str:
    return f"{mark[0]} in column {mark.start() + 1}"


def _write(documents: Iterable[Document], stream: TextIO, findings: Findings, style: Style) -> None:
    opening = BYTE_ORDER_MARK  # a file that begins with this character would lose it to the reader
    for document in documents:
        _refuse_unwritable(document, style)
        entities = list(_nested(document, findings))
        marked = _marked(document.text, entities, style)
        _refuse_unreadable(marked, document, entities, style)
        if "\n" in document.text:
            findings.note(BROKEN, document.place, document.text)
        kept = LAST_RETURN.sub("\r\r", marked)  # one of them belongs to the line's end
        stream.write((opening if opening and marked.startswith(opening) else "") + kept + "\n")
        opening = ""


def _refuse_unwritable(document: Document, style: Style) -> None:
    refuse_surrogates(document, format=style.name)
    for label in {entity.label for entity in document.entities}:
        if not re.fullmatch(style.label, label):
            message = f"the label {label!r} cannot be written in {style.name}: it is not a word"
            raise CorpusError(message, path=named(document))


def _nested(document: Document, findings: Findings) -> Iterator[Entity]:
    """The entities of one line that lie whole inside or outside each other, in order."""
    inside: list[int] = []  # where the entities around this one end
    for entity in sorted(document.entities, key=lambda one: (one.start, -one.end)):
        while inside and inside[-1] <= entity.start:
            inside.pop()
        crosses = bool(inside) and inside[-1] < entity.end
        if crosses or not entity.text or "\n" in entity.text:
            findings.note(UNHELD, document.place, entity.text)
            continue
        inside.append(entity.end)
        yield entity


def _marked(text: str, entities: Sequence[Entity], style: Style) -> str:
    pieces: list[str] = []
    last = 0
    for place, mark in _marks(entities, style):
        pieces += (style.written(text[last:place]), mark)
        last = place
    return "".join((*pieces, style.written(text[last:])))


def _marks(entities: Sequence[Entity], style: Style) -> Iterator[tuple[int, str]]:
    """The marks of nested entities with their places in the text, in order."""
    inside: list[Entity] = []
    for entity in entities:
        while inside and inside[-1].end <= entity.start:
            yield _end(inside.pop(), style)
        yield entity.start, style.begin.format(entity.label)
        inside.append(entity)
    while inside:
        yield _end(inside.pop(), style)


def _end(entity: Entity, style: Style) -> tuple[int, str]:
    return entity.end, style.end.format(entity.label)


def _refuse_unreadable(
    marked: str, document: Document, entities: Sequence[Entity], style: Style
) -> None:
    """Makes sure that what is written is read back as it was.

    Raises:
        CorpusError: it is not.
    """
    texts: list[str] = []
    spans: list[Span] = []
    start = 0
    try:
        for line in marked.split("\n"):
            text, found = _parsed(line, style)
            spans += [(start + first, start + end, label) for first, end, label in found]
            texts.append(text)
            start += len(text) + 1
    except ValueError:
        texts = []
    if "\n".join(texts) != document.text or spans != spans_of(entities):
        message = f"the text cannot be written in {style.name}: it would be read back as another"
        raise CorpusError(message, path=named(document))
