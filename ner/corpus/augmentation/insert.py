"""What texts of the net, of scanners and of speech have between their words: 😂, blanks, 嗯."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np
from numpy.random import Generator

from ner.corpus.augmentation.augmentation import Augmentation, Material, each
from ner.corpus.edits import Edit
from ner.document import Document
from ner.settings import InsertSettings

EMOJI = [*"😂😄😊😍🤣😅😭😱🤔😡😎👍👏🙏💪🎉🔥🌹✨", "❤️", "😂😂", "👍👍👍", "🎉🎉"]
FILLERS = ["嗯", "呃", "啊", "哦", "那个", "这个", "就是", "就是说", "然后", "对", "其实"]
CLAUSE_END = re.compile("[，。！？；…,!?;~～]+[”’」』）)》]*")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")

Placed = Callable[[Document], Iterable[int]]


def insert(settings: InsertSettings, material: Material) -> Augmentation:
    """At each place where it can stand, ``what`` is put with probability rate.

    A ``blank`` stands between any two characters of which one at least is Chinese, in entities,
    too, as texts come out of scanners and PDF files. An ``emoji`` stands where a clause ends, a
    ``filler`` of speech where one begins, both outside entities.
    """
    places_of, texts = WHAT[settings.what]

    def edits_of(document: Document, generator: Generator) -> list[Edit]:
        edits = []
        for place in places_of(document):
            if generator.random() < settings.rate:
                text = texts[int(generator.integers(len(texts)))]
                edits.append(Edit(place, place, text))
        return edits

    return each(edits_of)


def _between_characters(document: Document) -> list[int]:
    """Places with a Chinese character at one side and no blank at any."""
    text = document.text
    pairs = ((place, text[place - 1 : place + 1]) for place in range(1, len(text)))
    return [place for place, pair in pairs if HAN.search(pair) and not re.search(r"\s", pair)]


def _clause_ends(document: Document) -> list[int]:
    """Before the marks in a sentence, behind those at its end, or there where it has none."""
    places = []
    for sentence in document.sentences:
        found = list(CLAUSE_END.finditer(sentence.text))
        places += [sentence.start + one.start() for one in found if one.end() < len(sentence.text)]
        if sentence.text:
            places.append(sentence.end)
    return _outside(document, places)


def _clause_starts(document: Document) -> list[int]:
    places = []
    for sentence in document.sentences:
        if sentence.text:
            places.append(sentence.start)
        found = (one.end() for one in CLAUSE_END.finditer(sentence.text))
        places += [sentence.start + end for end in found if end < len(sentence.text)]
    return _outside(document, places)


def _outside(document: Document, places: Iterable[int]) -> list[int]:
    """Those places that lie strictly inside no entity."""
    inner = np.zeros(len(document.text) + 1, dtype=bool)
    for entity in document.entities:
        inner[entity.start + 1 : entity.end] = True
    return [place for place in places if not inner[place]]


WHAT: dict[str, tuple[Placed, list[str]]] = {
    "blank": (_between_characters, [" "]),
    "emoji": (_clause_ends, EMOJI),
    "filler": (_clause_starts, FILLERS),
}
