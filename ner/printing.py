"""Texts and labels of a corpus as any terminal and page can show them."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with line ends, controls and lone surrogates as Python's escapes."""
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def excerpt(text: str, length: int) -> str:
    """The text's beginning, printable, with an ellipsis where something follows."""
    return printable(text[:length]) + ("…" if len(text) > length else "")


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
