"""Rows of cells as aligned text, whatever script they are in.

East Asian characters take two columns of a terminal; what cannot be printed is shown as its escape.
"""

from __future__ import annotations

from collections.abc import Sequence

from ner.printing import printable

__all__ = ["aligned", "described", "printable"]

GAP = "  "


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """The rows as lines: the first column begins at the left, the others end at the right."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*shown, strict=True)]
    lines = []
    for first, *others in shown:
        cells = [first + " " * (widths[0] - _width(first))]
        for cell, width in zip(others, widths[1:], strict=True):
            cells.append(" " * (width - _width(cell)) + cell)
        lines.append(GAP.join(cells).rstrip())
    return "\n".join(lines)


def described(rows: Sequence[tuple[str, str]]) -> str:
    """Terms and what is to be said of each, a line each, both columns beginning at the left."""
    terms = [printable(term) for term, _ in rows]
    width = max(map(_width, terms), default=0)
    pairs = zip(terms, (printable(said) for _, said in rows), strict=True)
    return "\n".join(term + " " * (width - _width(term)) + GAP + said for term, said in pairs)


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
