"""Pieces of an HTML page: text of a corpus made harmless, tables, bars beside their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ner.printing import excerpt

SHOWN = 40  # characters of a mention or label

Row = tuple[str, Sequence[str]]  # a table's row in HTML: its head and its cells


def harmless(text: str, length: int = SHOWN) -> str:
    """What a corpus says, in printable characters, not too long, with nothing that is markup."""
    return escape(excerpt(text, length))


def percent(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"


def section(title: str, *content: str, note: str = "") -> str:
    said = f'<p class="note">{note}</p>\n' if note else ""
    return f"<section>\n<h2>{title}</h2>\n{said}{''.join(content)}</section>\n"


def table(head: Sequence[str], rows: Sequence[Row], *, style: str = "", caption: str = "") -> str:
    """A table on a card; its columns are named by ``head``."""
    above = f"<caption>{caption}</caption>" if caption else ""
    columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = []
    for name, cells in rows:
        inside = "".join(f"<td>{cell}</td>" for cell in cells)
        lines.append(f'<tr><th scope="row">{name}</th>{inside}</tr>\n')
    body = f"<thead><tr>{columns}</tr></thead>\n<tbody>\n{''.join(lines)}</tbody>"
    opening = f'<table class="{style}" style="--columns:{len(head) - 1}">'
    return f'<div class="card">{opening}{above}{body}</table></div>\n'


def bar(*parts: float) -> str:
    """A bar of one piece or several, each a share of its full length.

    It is decoration: what it shows stands in numbers beside it.
    """
    pieces = "".join(f'<i style="--part:{part:.4f}"></i>' for part in parts)
    return f'<span class="bar" aria-hidden="true">{pieces}</span>'


def bars(counts: Sequence[Sequence[int]], wholes: Sequence[int]) -> list[list[str]]:
    """Cells of numbers and shares with their bars.

    Args:
        counts: rows of numbers, a column for each split.
        wholes: what the numbers of each column are shares of; the greatest share has a full bar.
    """
    shares = [
        [count / max(1, whole) for count, whole in zip(row, wholes, strict=True)] for row in counts
    ]
    most = max((share for row in shares for share in row), default=0) or 1
    return [
        [
            f"{bar(share / most)}{count:,} <small>{100 * share:.1f} %</small>"
            for count, share in zip(row, portions, strict=True)
        ]
        for row, portions in zip(counts, shares, strict=True)
    ]


def listed(texts: Sequence[str], counts: Sequence[int]) -> str:
    """Texts of a corpus and how often each stands there, in a row."""
    pairs = zip(texts, counts, strict=True)
    items = (f"<li>{harmless(text)}<small>{count:,}</small></li>" for text, count in pairs)
    return f"<ul>{''.join(items)}</ul>"
