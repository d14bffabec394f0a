"""Universal NER's IOB2: a word a line with its number, its tag, and who annotated it.

    # sent_id = zh-0001
    # text = 阿梨 去了Tin Hau。
    1\t阿梨\tB-PER\t-\tlin       The columns behind the tag may be missing. An empty line ends a
    2\t去\tO\t-\t-             sentence, which is a document; what else its comments say, and the
    3\t了\tO\t-\t-             last ``newdoc id``, are its fields.
    4\tTin\tB-LOC\t-\tlin
    5\tHau\tI-LOC\t-\tlin
    6\t。\tO\t-\t-

The text is what ``# text`` says, and the words must stand in it one after another with nothing but
blanks between them. Without it they are joined, with a blank between two letters or digits of
ASCII. The annotation tool leaves ``B-O`` and ``I-O`` behind: they are read as ``O`` and told.
There is no ``write``, since a text does not say where its words are. See universalner.org.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from ner import tags as schemes
from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats.findings import Findings
from ner.formats.source import Source
from ner.formats.tagged import ILLEGAL, as_meant, entities_at, scheme_of, spans_of_tokens

COMMENT = re.compile(r"# ?(newdoc|sent_id|text)\b")
ROW = re.compile(r"\d+\t[^\t]+\t(O|[BI]-[^\t]+)(\t[^\t]*){0,2}")
NEW_DOCUMENT = "newdoc id"
OUTSIDE = "tags B-O and I-O, read as O"


@dataclass(frozen=True, slots=True)
class Word:
    """A line of a sentence: the word, its tag, and the line's number."""

    text: str
    tag: str
    line: int


def recognises(lines: Sequence[str]) -> bool:
    """Whether comments on a sentence come first, then a word with its number and its tag."""
    marked = COMMENT.match(lines[0]) is not None
    row = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return marked and ROW.fullmatch(row) is not None


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every sentence.

    Raises:
        CorpusError: a line is no word with its number and tag, or the words are not those of the
            text; where the findings are listened to, the sentence is left out instead.
    """
    newdoc: dict[str, str] = {}
    for lines in _runs(source):
        comments = _comments(lines)
        if NEW_DOCUMENT in comments:
            newdoc = {NEW_DOCUMENT: comments[NEW_DOCUMENT]}
        words = _words(lines, source, findings)
        if words is None or not (words or "text" in comments):
            continue
        try:
            text, places = _aligned(words, comments.get("text"), source, lines[0][0])
        except CorpusError as error:
            findings.wrong(error)
            continue
        entities = _entities(words, text, places, source, findings)
        fields = {key: value for key, value in comments.items() if key not in ("sent_id", "text")}
        place, id = source.place(lines[0][0]), comments.get("sent_id")
        yield Document(text, tuple(entities), id=id, fields={**newdoc, **fields}, place=place)


def _runs(source: Source) -> Iterator[list[tuple[int, str]]]:
    """The lines between empty ones, with their numbers."""
    run: list[tuple[int, str]] = []
    for number, line in chain(source.lines(), [(0, "")]):
        if line.strip():
            run.append((number, line))
        elif run:
            yield run
            run = []


def _comments(lines: Sequence[tuple[int, str]]) -> Mapping[str, str]:
    """What the comments say, by name; the text with all its blanks."""
    found = {}
    for _, line in lines:
        name, _, value = line[1:].partition("=")
        if line.startswith("#") and name.strip():
            found[name.strip()] = (
                value.removeprefix(" ") if name.strip() == "text" else value.strip()
            )
    return found


def _words(
    lines: Sequence[tuple[int, str]], source: Source, findings: Findings
) -> list[Word] | None:
    """The words of a sentence; None where a line is wrong, and somebody listens."""
    rows = [(number, line) for number, line in lines if not line.startswith("#")]
    words = []
    for number, line in rows:
        try:
            words.append(_word(line, number, tagged=source.options.tagged))
        except ValueError as error:
            findings.wrong(source.error(str(error), number))
    return words if len(words) == len(rows) else None


def _word(line: str, number: int, *, tagged: bool) -> Word:
    cells = line.split("\t")
    if len(cells) < 2 + tagged or not cells[0].isdecimal() or not cells[1]:
        expected = "expected a word's number, the word and its tag, tabs between"
        raise ValueError(f"{expected}; got {line!r}")
    return Word(cells[1], as_meant(cells[2]) if tagged else "O", number)


def _aligned(
    words: Sequence[Word], text: str | None, source: Source, line: int
) -> tuple[str, list[tuple[int, int]]]:
    """The text of a sentence, and where the words stand in it.

    Raises:
        CorpusError: they do not.
    """
    if text is None:
        text = _joined([word.text for word in words])
    places = []
    end = 0
    for word in words:
        start = end
        while text[start : start + 1].isspace() and text[start] != word.text[0]:
            start += 1
        end = start + len(word.text)
        if text[start:end] != word.text:
            got = f"expected {text[start:end]!r}, as the text says, got the word {word.text!r}"
            raise source.error(got, word.line)
        places.append((start, end))
    if text[end:].strip():
        last = words[-1].line if words else line
        raise source.error(f"expected more words, the text goes on with {text[end:]!r}", last)
    return text, places


def _joined(words: Sequence[str]) -> str:
    """Words as a text, with a blank between two letters or digits of ASCII."""
    pairs = pairwise(("", *words))
    return "".join(
        f" {word}" if _is_latin(last[-1:]) and _is_latin(word[:1]) else word for last, word in pairs
    )


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _entities(
    words: Sequence[Word],
    text: str,
    places: Sequence[tuple[int, int]],
    source: Source,
    findings: Findings,
) -> Iterator[Entity]:
    scheme = scheme_of(source.options.scheme or "BIO", ())
    tags = []
    for word in words:
        outside = word.tag != "O" and word.tag[2:] == "O"
        if outside:
            findings.note(OUTSIDE, source.place(word.line), word.text)
        tags.append("O" if outside else word.tag)

    def tell(place: int, shown: str) -> None:
        findings.note(ILLEGAL, source.place(words[place].line), shown)

    tokens = [word.text for word in words]
    spans = spans_of_tokens(tokens, tags, schemes.TagReader(scheme), tell)
    return entities_at(text, places, spans)
