"""Characters that a reader does not see or that a program has damaged, and digits of two widths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ner.corpus.check.check import Check
from ner.document import Document
from ner.formats import Finding

REPLACED = "texts with U+FFFD: a program could not decode what stood there"
PRIVATE = "texts with private-use characters, which look different in every font"
INVISIBLE = "texts with invisible characters"
HALVES = "texts with lone surrogates, which no UTF-8 file can hold"
BLANKS = "texts with other blanks than U+0020, at which some programs split and some do not"
DIGITS = "texts with digits of full and half width"

# Controls, soft hyphen, zero-width and direction marks; not line ends, tabs, joiners (in emoji).
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
INVISIBLES = f"{CONTROLS}\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff"
PRIVATE_USE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
SUSPICIOUS = re.compile(f"[{INVISIBLES}{PRIVATE_USE}\ufffd\ud800-\udfff]")
ODD_BLANKS = re.compile("[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
HALF, FULL = re.compile("[0-9]"), re.compile("[０-９]")
AROUND = 8  # characters that are shown on each side


class Characters(Check):
    """Damaged, halved, private, invisible characters; odd blanks; digits in two widths."""

    def see(self, document: Document, split: str) -> Iterator[Finding]:
        text = document.text
        if SUSPICIOUS.search(text):
            kinds = {_kind(found[0]): found for found in reversed([*SUSPICIOUS.finditer(text)])}
            for kind, found in kinds.items():
                yield Finding("warning", kind, document.place, _shown(text, found.start()))
        if odd := ODD_BLANKS.search(text):
            yield Finding("note", BLANKS, document.place, _shown(text, odd.start()))
        if FULL.search(text) and HALF.search(text):
            yield Finding("note", DIGITS, document.place, text)


def _kind(character: str) -> str:
    if character == "\ufffd":
        return REPLACED
    return {"Co": PRIVATE, "Cs": HALVES}.get(unicodedata.category(character), INVISIBLE)


def _shown(text: str, place: int) -> str:
    """The character's number, and what stands around it."""
    around = text[max(0, place - AROUND) : place + AROUND + 1]
    return f"U+{ord(text[place]):04X} in {around}"
