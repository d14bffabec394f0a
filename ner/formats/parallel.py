"""Two files side by side: characters in one, their tags in the other, a line a sentence in both.

    train.chars   阿 梨 [SPA] 去 泉 州           Blanks, U+0020 alone, stand between tokens;
    train.tags    B-PER I-PER O O B-LOC I-LOC    ``[SPA]`` (``blank`` in the options) is one.

The files know each other by the ends of their names, ``ENDINGS``; either may be named. A token of
several characters keeps its text, one tag for all of it. The scheme is told from the first
``LOOKAHEAD`` sentences, and stray tags are read by the rule in ``ner.tags``, as in ``columns``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice, pairwise, zip_longest
from pathlib import Path

from ner import tags as schemes
from ner.document import Document, Sentence
from ner.errors import ConfigError, CorpusError
from ner.formats.findings import Findings
from ner.formats.format import Pair
from ner.formats.options import ReadOptions, WriteOptions
from ner.formats.source import Source, named, open_source, refuse_surrogates
from ner.formats.tagged import (
    ILLEGAL,
    LOOKAHEAD,
    as_meant,
    entities_at,
    on_lines,
    scheme_of,
    spans_of_tokens,
    tell_crowded,
)
from ner.storage import whole_file

ENDINGS = (  # of the characters' file and of the tags'
    ("input.seq.char", "output.seq.bioattr"),
    ("input.seq.char", "output.seq.bio"),
    ("seq.in", "seq.out"),
    ("source.txt", "target.txt"),
    ("sentences.txt", "tags.txt"),
    ("sentences.txt", "labels.txt"),
    ("chars.txt", "tags.txt"),
    (".chars", ".tags"),
)
SUFFIXES = (".chars", ".tags")
SHOWN = 2000  # characters of a line of tags that are looked at
BREAKS = re.compile(r"[ \r\n\ud800-\udfff]|^$")
BLANK = re.compile(r"[^\s\ud800-\udfff]{2,}")
BYTE_ORDER_MARK = "\ufeff"
SPLIT = "texts of several sentences, each a text of its own"


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence: its tokens, their tags, and its line in both files."""

    tokens: list[str]
    tags: list[str]
    line: int


def recognises(lines: Sequence[str]) -> bool:
    """Whether these are lines of tags alone, several in the first: the second file of a pair."""
    several = len(_tokens(lines[0][:SHOWN])) > 1
    return several and all(_are_tags(line) for line in lines if line.strip())


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line, empty ones included; the tags are read if they are wanted.

    Raises:
        CorpusError: the other file is not there or has another number of lines, a line has more or
            fewer tags than characters, or a tag is none; where the findings are listened to, such a
            line is left out instead.
    """
    path = Path(source.name)
    tagged = source.options.tagged
    if chars := _others(path, reverse=True):
        with open_source(_there(chars, path), source.options) as other:
            yield from _documents(other, source if tagged else None, findings)
    elif tagged:
        with open_source(_there(_others(path), path), source.options) as other:
            yield from _documents(source, other, findings)
    else:
        yield from _documents(source, None, findings)


def save(
    documents: Iterable[Document], path: Path, findings: Findings, options: WriteOptions
) -> None:
    """A line for each sentence in two files, which appear whole or not at all.

    They are ``path`` with ``.chars`` and ``.tags`` at its end; ``chars.txt`` and ``tags.txt`` in a
    folder that is there; where ``path`` has one of ``ENDINGS``, that file and its partner. Line
    feeds end sentences too. What one layer of tags cannot hold is left out and told.

    Raises:
        ConfigError: the token for a blank could be taken for a character.
        CorpusError: a label holds a blank or a line's end, or a text a lone surrogate.
    """
    if not BLANK.fullmatch(options.blank):
        expected = "the token for a blank has two characters or more, none of them blank"
        raise ConfigError(f"{expected}; got {options.blank!r}")
    first, second = _targets(path)
    with whole_file(second) as tags, whole_file(first) as chars:
        for document in documents:
            refuse_surrogates(document, format="parallel")
            _refuse_labels(document)
            lines = _lines(document)
            _tell_lost(document, lines, findings)
            for line in lines:
                chars.write(_line(options.blank if one == " " else one for one in line.text))
                tags.write(_line(_tags(line, scheme=options.scheme)))


def _companion(path: Path) -> Path | None:
    """The tags beside a file of characters, where they look like tags."""
    there = (other for other in _others(path) if other.is_file())
    return next((other for other in there if _holds_tags(other, of=path)), None)


def _owns(path: Path) -> bool:
    return bool(_others(path) or _others(path, reverse=True))


PAIR = Pair(companion=_companion, owns=_owns)


def _others(path: Path, *, reverse: bool = False) -> list[Path]:
    """What the tags of a file of characters may be called; with ``reverse``, the other way."""
    pairs = [(tags, chars) for chars, tags in ENDINGS] if reverse else ENDINGS
    return [
        path.with_name(path.name.removesuffix(own) + other)
        for own, other in pairs
        if path.name.endswith(own)
    ]


def _there(others: Sequence[Path], path: Path) -> Path:
    """The first of the files that is there.

    Raises:
        CorpusError: none is.
    """
    found = next((other for other in others if other.is_file()), None)
    if found:
        return found
    known = ", ".join(f"{chars} and {tags}" for chars, tags in ENDINGS)
    missing = " or ".join(map(str, others))
    why = f"{missing} is not there" if others else f"their names end in {known}"
    raise CorpusError(f"parallel keeps characters and tags in two files: {why}", path=path)


def _holds_tags(path: Path, *, of: Path) -> bool:
    """Whether the first line that is not blank is of tags; a text without one needs none."""
    first = _first_line(path)
    return _are_tags(first) if first else not _first_line(of)


def _first_line(path: Path) -> str:
    """The first line that is not blank, as well as it can be decoded; empty if there is none."""
    with open_source(path, ReadOptions()) as source:
        count = 1
        while len(lines := source.peek(count)) == count and not any(map(str.strip, lines)):
            count *= 2
    return next(filter(str.strip, lines), "")


def _are_tags(line: str) -> bool:
    """Whether there are tags in the line and nothing else, as far as it is looked at."""
    shown = _tokens(line[:SHOWN])
    whole = shown[:-1] if len(line) > SHOWN else shown  # the last one may be cut
    try:
        for tag in whole:
            schemes.split(tag)
    except ValueError:
        return False
    return bool(whole)


def _tokens(line: str) -> list[str]:
    return [token for token in line.split(" ") if token]


def _documents(chars: Source, tags: Source | None, findings: Findings) -> Iterator[Document]:
    if tags is None:
        for number, line in chars.lines():
            row = Row(_tokens(line), [], number)
            yield _document(row, schemes.TagReader("BIO"), chars, findings)
        return
    coming = _rows(chars, tags, findings)
    ahead = list(islice(coming, LOOKAHEAD))
    scheme = scheme_of(chars.options.scheme, (row.tags for row in ahead))
    reader = schemes.TagReader(scheme)
    for row in chain(ahead, coming):
        findings[f"sentences in scheme {scheme}"] += 1
        yield _document(row, reader, chars, findings)


def _rows(chars: Source, tags: Source, findings: Findings) -> Iterator[Row]:
    for first, second in zip_longest(chars.lines(), tags.lines()):
        if first is None or second is None:
            longer, shorter = (tags, chars) if first is None else (chars, tags)
            number, line = first or second or (0, "")
            if line.strip(" "):
                wrong = f"expected as many lines in both files, but {shorter.name} ends before"
                findings.wrong(longer.error(wrong, number))
                return
            continue
        number, tokens, cells = first[0], _tokens(first[1]), _tokens(second[1])
        if len(tokens) != len(cells):
            wrong = f"got {len(tokens)} characters and {len(cells)} tags ({tags.name})"
            findings.wrong(chars.error(f"{wrong}, expected as many", number))
            continue
        try:
            yield Row(tokens, list(map(as_meant, cells)), number)
        except ValueError as error:
            findings.wrong(tags.error(str(error), number))


def _document(row: Row, reader: schemes.TagReader, chars: Source, findings: Findings) -> Document:
    place, blank = chars.place(row.line), chars.options.blank
    tokens = [" " if token == blank else token for token in row.tokens]
    text = "".join(tokens)
    places = list(pairwise(accumulate(map(len, tokens), initial=0)))

    def tell(_: int, shown: str) -> None:
        findings.note(ILLEGAL, place, shown)

    spans = spans_of_tokens(row.tokens, row.tags, reader, tell)
    return Document(text, tuple(entities_at(text, places, spans)), place=place)


def _targets(path: Path) -> tuple[Path, Path]:
    """The two files that a path stands for, characters first."""
    if path.is_dir():
        return path / "chars.txt", path / "tags.txt"
    if others := _others(path):
        return path, others[0]
    if others := _others(path, reverse=True):
        return others[0], path
    first, second = SUFFIXES
    return path.with_name(path.name + first), path.with_name(path.name + second)


def _refuse_labels(document: Document) -> None:
    for label in {entity.label for entity in document.entities}:
        if BREAKS.search(label):
            message = f"the label {label!r} cannot be written in parallel: it would break its line"
            raise CorpusError(message, path=named(document))


def _lines(document: Document) -> list[Sentence]:
    """The lines of the sentences that are not empty; of an empty text the one there is."""
    lines = [line for sentence in document.sentences for line in on_lines(sentence)]
    return lines or [Sentence("", 0)]


def _tell_lost(document: Document, lines: Sequence[Sentence], findings: Findings) -> None:
    if [line.text for line in lines] != [document.text]:
        findings.note(SPLIT, document.place, document.text)
    tell_crowded(document, lines, findings)


def _tags(line: Sentence, *, scheme: str) -> list[str]:
    tags, _ = schemes.encode(schemes.spans_of(line.entities), len(line.text), scheme=scheme)
    return tags


def _line(tokens: Iterable[str]) -> bytes:
    """Tokens as a line; a blank keeps a mark of byte order or a line's end from being one."""
    line = " ".join(tokens)
    before = " " if line.startswith(BYTE_ORDER_MARK) else ""
    after = " " if line.endswith("\r") else ""
    return f"{before}{line}{after}\n".encode()
