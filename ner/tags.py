"""Tag schemes: entities to tags and back, which tag may follow which, how to tell a file's scheme.

Reading has one rule for all schemes. Every tag is first read as BIO by its letter (B, S, U open an
entity; I, M, E, L continue one); then a tag that continues no open entity of its own label is taken
for O, as strict scoring does. IOB1 alone lets I open an entity. So a broken file gives the same
entities as its BIO conversion gives in seqeval's strict mode. Illegal neighbours are counted,
sentence ends included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ner.document import Entity
from ner.errors import choose

Span = tuple[int, int, str]  # start, end (half open), label


@dataclass(frozen=True, slots=True)
class Scheme:
    """The letters of a scheme. Where ``last`` is ``inside``, an entity's end is not marked."""

    name: str
    first: str
    inside: str
    last: str
    single: str

    @property
    def letters(self) -> frozenset[str]:
        return frozenset((self.first, self.inside, self.last, self.single))

    @property
    def marks_ends(self) -> bool:
        return self.last != self.inside


SCHEMES = {
    "BIO": Scheme("BIO", "B", "I", "I", "B"),
    "IOB1": Scheme("IOB1", "I", "I", "I", "I"),
    "BIOES": Scheme("BIOES", "B", "I", "E", "S"),
    "BMES": Scheme("BMES", "B", "M", "E", "S"),
    "BILOU": Scheme("BILOU", "B", "I", "L", "U"),
}
WRITABLE = ("BIO", "BIOES", "BMES", "BILOU")  # IOB1 needs B between neighbours: it is only read
OPENING = frozenset("BSU")
LETTERS = frozenset("BIMELSU")
FIRST_LABEL = 0x10000  # of the characters that stand for labels: none of them is a letter


@lru_cache(maxsize=8192)
def split(tag: str) -> tuple[str, str]:
    """A tag's letter and label, ``("O", "")`` for O. ``B_x`` is read as ``B-x``.

    Raises:
        ValueError: the tag is neither O nor letter, hyphen or underscore, label.
    """
    if tag == "O":
        return "O", ""
    if len(tag) < 3 or tag[0] not in LETTERS or tag[1] not in "-_":
        raise ValueError(f"unknown tag {tag!r}: expected O or a tag like B-PER")
    return tag[0], tag[2:]


def detect(sentences: Iterable[Sequence[str]]) -> str:
    """The name of the scheme that the tags are written in.

    BMES, BILOU and BIOES are told by their letters; BIO and IOB1 by whether B opens entities that
    touch no entity of their label before them.
    """
    pairs: set[tuple[str, str]] = set()
    for tags in sentences:
        pairs.update(zip(("O", *tags), tags, strict=False))
    neighbours = [(split(before), split(after)) for before, after in pairs]
    letters = {letter for _, (letter, _) in neighbours}
    needless_first = any(
        letter == "B" and label != before for (_, before), (letter, label) in neighbours
    )
    if "M" in letters:
        return "BMES"
    if letters & {"L", "U"}:
        return "BILOU"
    if letters & {"E", "S"}:
        return "BIOES"
    return "IOB1" if "I" in letters and not needless_first else "BIO"


def decode(tags: Sequence[str], *, scheme: str = "BIO") -> list[Span]:
    """The spans that ``tags`` mark, by the module's rule for stray tags."""
    spans: list[Span] = []
    opened, open_label, end = -1, "", -1
    for place, tag in enumerate(tags):
        if tag == "O":
            continue
        letter, label = split(tag)
        continues = letter not in OPENING
        if continues and place == end and label == open_label:
            end += 1
            continue
        if opened >= 0:
            spans.append((opened, end, open_label))
        opens = not continues or scheme == "IOB1"
        opened, open_label, end = (place, label, place + 1) if opens else (-1, "", -1)
    if opened >= 0:
        spans.append((opened, end, open_label))
    return spans


class TagReader:
    """Spans and illegal places of many tag sequences in one scheme.

    One pattern finds the entities that the scheme allows, in the tags written as a letter and a
    character for the label. Where that leaves a tag over, ``decode`` and ``illegal_places`` decide.
    """

    def __init__(self, scheme: str) -> None:
        self._scheme = scheme
        letters = SCHEMES[scheme]
        entity = rf"{letters.first}(.)(?:{letters.inside}\1)*"
        if letters.marks_ends:
            entity = rf"{letters.single}.|{entity}{letters.last}\1"
        self._entity = re.compile(entity)
        self._pairs: dict[str, str] = {"O": "O-"}
        self._labels: dict[str, str] = {}  # character → label

    def read(self, tags: Sequence[str]) -> tuple[list[Span], list[int]]:
        """What ``tags`` mark, and where they do what the scheme forbids."""
        try:
            written = "".join(map(self._pairs.__getitem__, tags))
        except KeyError:
            self._learn(tags)
            return self.read(tags)
        spans: list[Span] = []
        outside = len(tags)
        for found in self._entity.finditer(written):
            start, end = found.span()
            outside -= (end - start) // 2
            spans.append((start // 2, end // 2, self._labels[written[start + 1]]))
        if outside == tags.count("O") and self._scheme != "IOB1":
            return spans, []
        places = illegal_places(tags, scheme=self._scheme)
        return decode(tags, scheme=self._scheme), places

    def _learn(self, tags: Sequence[str]) -> None:
        characters = {label: character for character, label in self._labels.items()}
        for tag in tags:
            letter, label = split(tag)
            if label:
                new = chr(FIRST_LABEL + len(characters))
                character = characters.setdefault(label, new)
                self._labels[character] = label
                self._pairs[tag] = letter + character


def encode(spans: Iterable[Span], length: int, *, scheme: str = "BIO") -> tuple[list[str], int]:
    """Tags for ``length`` characters, and how many spans they could not hold.

    Of spans that overlap the longer one stays, of equal ones the first; empty spans are not held.
    """
    letters = choose(scheme, SCHEMES, kind="tag scheme")
    tags = ["O"] * length
    taken = bytearray(length)
    lost = 0
    for start, end, label in sorted(spans, key=lambda s: (s[0] - s[1], s[0], s[2])):
        if not 0 <= start < end <= length or any(taken[start:end]):
            lost += 1
            continue
        taken[start:end] = b"\1" * (end - start)
        tags[start] = f"{letters.first}-{label}"
        tags[start + 1 : end] = [f"{letters.inside}-{label}"] * (end - start - 1)
        tags[end - 1] = f"{letters.last if end - start > 1 else letters.single}-{label}"
    return tags, lost


def spans_of(entities: Iterable[Entity]) -> list[Span]:
    return [(entity.start, entity.end, entity.label) for entity in entities]


def continues(before: str, after: str) -> bool:
    """Whether ``after`` may stand in the same entity as ``before``."""
    (first, label), (second, second_label) = split(before), split(after)
    return first in "BIM" and second in "IMEL" and label == second_label


@lru_cache(maxsize=65536)
def legal(before: str | None, after: str | None, *, scheme: str = "BIO") -> bool:
    """Whether ``after`` may follow ``before``; None stands for the sentence's start or end."""
    marked = SCHEMES[scheme].marks_ends
    if scheme == "IOB1":
        return True
    inside = after is not None and split(after)[0] in "IMEL"
    unfinished = before is not None and marked and split(before)[0] in "BIM"
    if before is None or after is None:
        return not inside and not unfinished
    return continues(before, after) if inside else not unfinished


def illegal_neighbours(tags: Sequence[str], *, scheme: str) -> int:
    """How many neighbouring pairs, the sentence's two ends included, the scheme forbids."""
    return len(illegal_places(tags, scheme=scheme))


def illegal_places(tags: Sequence[str], *, scheme: str) -> list[int]:
    """The places of the tags that may not follow those before them.

    The length of ``tags`` stands for the sentence's end, after a tag that cannot be the last.
    """
    befores, afters = (None, *tags), (*tags, None)
    met = set(zip(befores, afters, strict=True))
    illegal = {pair for pair in met if not legal(*pair, scheme=scheme)}
    if not illegal:
        return []
    return [at for at, pair in enumerate(zip(befores, afters, strict=True)) if pair in illegal]


def scheme_of(tags: Iterable[str]) -> str:
    """The scheme of all tags of some labels, as ``tag_set`` gives them.

    Raises:
        ValueError: they are of none.
    """
    letters = {split(tag)[0] for tag in tags} - {"O"}
    for name in WRITABLE:
        if SCHEMES[name].letters == letters:
            return name
    raise ValueError(f"tags with the letters {', '.join(sorted(letters))} are of no scheme")


def tag_set(labels: Iterable[str], *, scheme: str) -> list[str]:
    """Every tag of ``labels`` in ``scheme``: O first, then label by label."""
    letters = choose(scheme, SCHEMES, kind="tag scheme")
    order = dict.fromkeys((letters.first, letters.inside, letters.last, letters.single))
    return ["O", *(f"{letter}-{label}" for label in labels for letter in order)]
