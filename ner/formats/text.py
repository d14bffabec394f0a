"""Plain text, a document a line; an empty line is an empty document, so that lines match.

她昨天到了苏州。
明天去哪儿？
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ner.document import Document
from ner.formats.source import Source


def read(source: Source, counts: Counter[str]) -> Iterator[Document]:
    """A document for every line."""
    for _, line in source.lines():
        yield Document(line)
