"""brat's stand-off: a text in one file, its annotations in another of the same name beside it.

    1.txt   她昨天去了苏         The text, kept exactly: line ends count as characters.
            州。
    1.ann   T1\tTIME 1 3\t昨天   Label, start, end (half open) and mention; several places where
            T2\tLOC 5 6;7 8\t苏 州   it is discontinuous or, as here, runs over the end of a line.

A document is read by the name of either file and is one of its own; its sentences are told from
its marks and lines (``ner.sentences``). Relations, events, attributes and notes are counted, not
read. Writing makes the two files of each document in a folder (``ner.formats.brat_folder``).

A mention has one line. Where a line feed inside it has broken that line, the lines that follow
belong to it as far as its places say, and are counted beyond. What a mention says is compared with
the text by ``_fits`` and ``_shift``; what agrees nowhere is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from ner.document import Document, Entity
from ner.errors import Place
from ner.formats.findings import Findings
from ner.formats.format import Pair
from ner.formats.source import Source, open_source
from ner.sentences import sentence_spans

TEXT, ANNOTATIONS = ".txt", ".ann"
RECORD = re.compile(r"[TREAMN#]\d+\t|\*\t")
ATTEMPT = re.compile(r"([TREAMN#]\d+|\*)\s")  # meant as one, its tabs perhaps lost
MENTION = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)", re.DOTALL)
FURTHEST = 3  # characters that a text may have gained or lost at one point
CONFIRMING = 3  # mentions in a row that must agree about it

STRAY = "lines after a mention that its places do not hold, left out"
OTHERS = "annotations that are no entities, left out"
DISCONTINUOUS = "discontinuous entities left out"
ELSEWHERE = "entities whose text is not what stands at their place, left out"
SHIFTED = "entities moved to where their text stands"
MARKED = "entities with other marks in the text"


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of annotations that is an entity: its pieces' places in order, and what it says."""

    id: str
    label: str
    pieces: tuple[tuple[int, int], ...]
    said: str
    place: Place

    @property
    def lacking(self) -> int:
        """How many characters less it says than its places hold: they stand in the next lines."""
        return sum(end - start for start, end in self.pieces) - len(self.said)


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """The one document of a text and of its annotations, if they are wanted.

    Raises:
        CorpusError: the other file is not there, or a line of annotations is none; where the
            findings are listened to, such a line is left out instead.
    """
    named, tagged = Path(source.name), source.options.tagged
    if named.suffix.lower() == ANNOTATIONS:
        with _beside(source, TEXT) as other:
            yield _document(other.text(), source if tagged else None, findings, named)
    elif tagged:
        with _beside(source, ANNOTATIONS) as other:
            yield _document(source.text(), other, findings, named)
    else:
        yield _document(source.text(), None, findings, named)


def _annotations(path: Path) -> Path | None:
    """The annotations beside a text."""
    beside = path.with_suffix(ANNOTATIONS)
    return beside if path.suffix.lower() == TEXT and beside.is_file() else None


def _owns(path: Path) -> bool:
    return path.suffix.lower() in (TEXT, ANNOTATIONS)


PAIR = Pair(companion=_annotations, owns=_owns)


def _beside(source: Source, suffix: str) -> Source:
    path = Path(source.name).with_suffix(suffix)
    if not path.is_file():
        raise source.error(f"brat keeps text and annotations in two files: {path} is not there")
    return open_source(path, source.options)


def _document(text: str, annotations: Source | None, findings: Findings, named: Path) -> Document:
    mentions = [] if annotations is None else list(_mentions(annotations, findings))
    entities = tuple(_entities(sorted(mentions, key=lambda one: one.pieces), text, findings))
    spans = sentence_spans(text, [(entity.start, entity.end) for entity in entities])
    place = Place(str(named.with_suffix(TEXT)), 1)
    return Document(text, entities, tuple(spans), named.stem, place=place)


def _mentions(source: Source, findings: Findings) -> Iterator[Mention]:
    held: Mention | None = None
    said: list[str] = []
    lacking = 0
    for number, line in source.lines():
        if RECORD.match(line):
            if held:
                yield replace(held, said="\n".join(said))
            held = _mention(line, source, number, findings) if line.startswith("T") else None
            said, lacking = ([held.said], held.lacking) if held else ([], 0)
            if not line.startswith("T"):
                findings.note(OTHERS, source.place(number), line)
        elif lacking > 0 and not ATTEMPT.match(line):
            said.append(line)
            lacking -= len(line) + 1
        elif held and line.strip() and not ATTEMPT.match(line):
            findings.note(STRAY, source.place(number), line)
        elif line.strip():
            wrong = f"expected an annotation like T1, tab, got {line!r}"
            findings.wrong(source.error(wrong, number))
    if held:
        yield replace(held, said="\n".join(said))


def _mention(line: str, source: Source, number: int, findings: Findings) -> Mention | None:
    try:
        return _parsed(line, source.place(number))
    except ValueError as error:
        findings.wrong(source.error(str(error), number))
        return None


def _parsed(line: str, place: Place) -> Mention:
    """The mention in a line.

    Raises:
        ValueError: there is none.
    """
    found = MENTION.fullmatch(line)
    if found is None:
        expected = "expected T1, tab, label, start and end, tab, mention"
        raise ValueError(f"{expected}; got {line!r}")
    id, label, places, said = found.groups()
    borders = (piece.split(" ") for piece in places.split(";"))
    pieces = tuple(sorted((int(start), int(end)) for start, end in borders))
    if any(start >= end for start, end in pieces):
        raise ValueError(f"a mention ends after its start, got {places!r}")
    if any(end > start for (_, end), (start, _) in pairwise(pieces)):
        raise ValueError(f"a mention's pieces do not overlap, got {places!r}")
    return Mention(id, label, pieces, said, place)


def _entities(mentions: Sequence[Mention], text: str, findings: Findings) -> Iterator[Entity]:
    """The mentions, in order, that stand in the text as one piece."""
    shift = 0
    for place, mention in enumerate(mentions):
        if not _fits(mention, text, shift):
            shift = _shift(mentions[place : place + CONFIRMING], text, shift)
        if not _fits(mention, text, shift):
            findings.note(ELSEWHERE, mention.place, mention.said)
        elif not _is_whole(mention, text, shift):
            findings.note(DISCONTINUOUS, mention.place, mention.said)
        else:
            start, end = mention.pieces[0][0] + shift, mention.pieces[-1][1] + shift
            if shift:
                findings.note(SHIFTED, mention.place, mention.said)
            if _dense(mention.said) != _dense(text[start:end]):
                findings.note(MARKED, mention.place, f"{mention.said} for {text[start:end]}")
            yield Entity(text[start:end], mention.label, start, end, fields={"id": mention.id})


def _fits(mention: Mention, text: str, shift: int) -> bool:
    """Whether the text at the mention's place says the same.

    Blanks and line breaks make no difference, and a mark may stand for another (、 for ・); letters
    and digits are all the same.
    """
    if mention.pieces[0][0] + shift < 0:
        return False
    pieces = [text[start + shift : end + shift] for start, end in mention.pieces]
    if " ".join(pieces) == mention.said != "":
        return True  # blanks alone are a mention too
    there, said = _dense("".join(pieces)), _dense(mention.said)
    if there == said or len(there) != len(said):
        return there == said != ""
    pairs = zip(there, said, strict=True)
    same = all(one == other or not (one.isalnum() or other.isalnum()) for one, other in pairs)
    return same and any(character.isalnum() for character in said)


def _dense(text: str) -> str:
    return "".join(text.split())


def _shift(mentions: Sequence[Mention], text: str, old: int) -> int:
    """How far from their places these mentions stand; ``old`` if that is not certain.

    A text that gained or lost a character after it was annotated has all that follows it beside
    its place. One distance alone must fit all of ``CONFIRMING`` mentions.
    """
    if len(mentions) < CONFIRMING:
        return old
    near = [old + step for step in range(-FURTHEST, FURTHEST + 1) if step]
    fitting = [shift for shift in near if all(_fits(one, text, shift) for one in mentions)]
    return fitting[0] if len(fitting) == 1 else old


def _is_whole(mention: Mention, text: str, shift: int) -> bool:
    """Whether nothing but blanks and line breaks stands between the mention's pieces."""
    gaps = ((before[1] + shift, after[0] + shift) for before, after in pairwise(mention.pieces))
    return all(not text[start:end].strip() for start, end in gaps)
