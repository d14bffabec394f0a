"""Signs for characters that cannot be seen as they are: blanks, line ends, controls, marks."""

from __future__ import annotations

import unicodedata

SIGNS = {" ": "␣", "\u3000": "□", "\t": "⇥", "\n": "↵"}
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))  # marks that show nothing
CODED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")
MARKS = ("Mn", "Mc", "Me")


def visible(character: str) -> str:
    """What is drawn for a character: itself if it can be seen, else a sign or its number."""
    if character in SIGNS:
        return SIGNS[character]
    kind = unicodedata.category(character)
    if kind in CODED or any(ord(character) in selectors for selectors in SELECTORS):
        return code(character)
    return f"◌{character}" if kind in MARKS else character


def code(character: str) -> str:
    """A character's number as Unicode writes it."""
    return f"U+{ord(character):04X}"


def excerpt(text: str, length: int) -> str:
    """The text's beginning in signs, with an ellipsis where something follows."""
    start = "".join(visible(character) for character in text[:length])
    return f"{start}…" if len(text) > length else start
