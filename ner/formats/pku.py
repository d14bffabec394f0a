"""The People's Daily of Peking University: words with their parts of speech, a paragraph a line.

    19980101-01-001-001/m  阿/nr  梨/nr  在/p  [泉州/ns  茶/n  厂/n]nt  工作/v  。/w

The number becomes the document's id. Words whose tag begins with ``nr`` (person), ``ns`` (place),
``nt`` (organisation) or ``nz`` (other name) are entities of that label, and so are bracketed groups
of such a tag, around whatever stands in them; ``]/nt``, as HanLP writes it, is the same. Brackets
may be nested. All other tags and the words' borders are dropped; there is no ``write``, since a
text does not say where its words are.

The corpus cuts a Chinese name after the surname and leaves other names whole. Neighbouring words of
tag ``nr`` are therefore joined in pairs, from the left, where the first is one character or one of
``COMPOUND`` and the second one or two characters; and in threes where a married woman bears two
surnames (``陈/nr 方/nr 安生/nr``: one, one, two). How many were joined is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ner.document import Document, Entity
from ner.formats.findings import Findings
from ner.formats.source import Source
from ner.tags import Span

NUMBER = re.compile(r"(\d{8}(?:-\d+)+[A-Za-z]?)/m")
TAIL = re.compile(r"/([A-Za-z]{1,8}\d?)((?:\]/?[A-Za-z]{1,8}){0,8})(/%)?\Z")
CLOSING = re.compile(r"\]/?([A-Za-z]+)")
BLANKS = re.compile(r"[ \t]+")
NAMES = ("nr", "ns", "nt", "nz")
PERSON = "nr"
COMPOUND = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|"
    "太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|令狐|百里|呼延|东郭|南门|西门|完颜"
)
FULL_NAME = re.compile("ssd|[sc][scd]|.")  # of the kinds that _kind gives
SHOWN = 2000  # characters of a line that the format is told from
JOINED = "names joined from surname and given name"
MARK = "/%"  # an artefact of some copies
MARKED = "words with /% behind their tag"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its tag, and the brackets around it.

    Args:
        opens: how many begin before it.
        closes: the labels of those that end behind it.
        parts: how many words of the file it is joined from.
    """

    text: str
    tag: str
    opens: int
    closes: tuple[str, ...]
    parts: int = 1


def recognises(lines: Sequence[str]) -> bool:
    """Whether the first line begins with a paragraph's number, or is all words with tags."""
    tokens = _tokens(lines[0][:SHOWN])
    if tokens and NUMBER.fullmatch(tokens[0]):
        return True
    whole = tokens[:-1] if len(lines[0]) > SHOWN else tokens  # the last one may be cut
    return len(whole) > 1 and all(TAIL.search(token, 1) for token in whole)


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line that is not blank.

    Raises:
        CorpusError: a word has no tag, or a bracket lacks its other half; where the findings are
            listened to, the line is left out instead.
    """
    for number, line in source.lines():
        tokens = _tokens(line)
        if not tokens:
            continue
        numbered = NUMBER.fullmatch(tokens[0])
        try:
            words = [_word(token) for token in (tokens[1:] if numbered else tokens)]
            names = list(_full_names(words))
            spans = sorted(set(_spans(names)), key=lambda span: (span[0], -span[1], span[2]))
        except ValueError as error:
            findings.wrong(source.error(str(error), number))
            continue
        place = source.place(number)
        for token in tokens:
            if token.endswith(MARK):
                findings.note(MARKED, place, token)
        text, id = "".join(name.text for name in names), numbered[1] if numbered else None
        entities: list[Entity] = []
        if source.options.tagged:
            findings[JOINED] += sum(name.parts > 1 for name in names)
            entities = [Entity(text[start:end], label, start, end) for start, end, label in spans]
        yield Document(text, tuple(entities), id=id, place=place)


def _tokens(line: str) -> list[str]:
    return [token for token in BLANKS.split(line) if token]


def _word(token: str) -> Word:
    """The word that a token is.

    Raises:
        ValueError: it has no tag.
    """
    tail = TAIL.search(token, 1)
    if tail is None:
        raise ValueError(f"expected a word and its tag like 茶/n, got {token!r}")
    text = token[: tail.start()]
    opens = min(len(text) - len(text.lstrip("[")), len(text) - 1)  # a lone [ is a word
    return Word(text[opens:], tail[1], opens, tuple(CLOSING.findall(tail[2])))


def _full_names(words: Sequence[Word]) -> Iterator[Word]:
    """The words, with surnames and given names joined."""
    for run in _runs(words):
        kinds = "".join(_kind(word) for word in run)
        for name in FULL_NAME.finditer(kinds):
            parts = run[name.start() : name.end()]
            text = "".join(part.text for part in parts)
            yield replace(parts[0], text=text, closes=parts[-1].closes, parts=len(parts))


def _runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Neighbouring words of persons with no bracket between them; all other words alone."""
    run: list[Word] = []
    for word in words:
        goes_on = run and run[-1].tag == word.tag == PERSON and not (run[-1].closes or word.opens)
        if run and not goes_on:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _kind(word: Word) -> str:
    """s: one character, c: a compound surname, d: other two characters, l: more."""
    if COMPOUND.fullmatch(word.text):
        return "c"
    return {1: "s", 2: "d"}.get(len(word.text), "l")


def _spans(words: Sequence[Word]) -> Iterator[Span]:
    """The places of the names that words and bracketed groups are.

    Raises:
        ValueError: a bracket lacks its other half.
    """
    opened: list[tuple[int, str]] = []
    end = 0
    for word in words:
        start, end = end, end + len(word.text)
        opened += [(start, word.text)] * word.opens
        if word.tag.startswith(NAMES):
            yield start, end, word.tag
        for label in word.closes:
            if not opened:
                raise ValueError(f"the bracket ]{label} behind {word.text!r} closes nothing")
            first, _ = opened.pop()
            if label.startswith(NAMES):
                yield first, end, label
    if opened:
        raise ValueError(f"the bracket before {opened[-1][1]!r} is not closed")
