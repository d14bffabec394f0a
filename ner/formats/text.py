"""Plain text, a document a line; an empty line is an empty document, so that lines match.

她昨天到了苏州。
明天去哪儿？
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from ner.document import Document
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.source import Source, refuse_surrogates

BYTE_ORDER_MARK = "\ufeff"  # a text that begins with it would lose it to the reader
LOST = "entities that plain text cannot hold"
BROKEN = "texts of several lines, each line a text of its own"


def read(source: Source, findings: Findings) -> Iterator[Document]:
    """A document for every line."""
    for number, line in source.lines():
        yield Document(line, place=source.place(number))


def write(
    documents: Iterable[Document], stream: TextIO, findings: Findings, options: WriteOptions
) -> None:
    """The texts alone, a line each; what they lose is told.

    Raises:
        CorpusError: a text holds a lone surrogate, which no UTF-8 file can.
    """
    opening = BYTE_ORDER_MARK
    for document in documents:
        refuse_surrogates(document, format="text")
        for entity in document.entities:
            findings.note(LOST, document.place, entity.text)
        if "\n" in document.text:
            findings.note(BROKEN, document.place, document.text)
        mark = opening if document.text.startswith(opening) else ""
        lines = document.text.split("\n")
        ended = (f"{line}\r\n" if line.endswith("\r") else f"{line}\n" for line in lines)
        stream.write(mark + "".join(ended))
        opening = ""
