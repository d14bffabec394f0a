"""What a format is: how its files are known, read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from ner.document import Document
from ner.formats.findings import Findings
from ner.formats.options import WriteOptions
from ner.formats.source import Source

Reader = Callable[[Source, Findings], Iterator[Document]]
Writer = Callable[[Iterable[Document], TextIO, Findings, WriteOptions], None]
Part = Literal["ids", "fields", "scores", "entity fields", "sentences"]
Saver = Callable[[Iterable[Document], Path, Findings, WriteOptions], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """How the two files of a document or corpus find each other.

    Args:
        companion: the file that belongs to this one, where this one is the text of a pair; else
            None. It is called for every file of a folder, so it looks at names first.
        owns: whether a file of this name may be of the format at all, text or companion.
    """

    companion: Callable[[Path], Path | None]
    owns: Callable[[Path], bool]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is known, read and written.

    Args:
        read: documents of a source.
        write: documents to a stream of text, where one stream can hold them.
        save: documents to a file or folder of this path, where no stream of text can hold them.
        recognises: whether a file that begins with these lines is of the format. The lines are at
            least one, the first is not blank; of a short file they are all.
        suffixes: the endings of file names that suggest the format.
        pair: how its files find each other, where it takes two.
        annotated: whether its files can hold entities.
        by_line: whether a document is a line that is read without knowing those before it.
        holds: what else of a document its writer keeps, or tells by itself where it does not.
    """

    read: Reader
    write: Writer | None = None
    save: Saver | None = None
    recognises: Callable[[Sequence[str]], bool] | None = None
    suffixes: tuple[str, ...] = ()
    pair: Pair | None = None
    annotated: bool = True
    by_line: bool = False
    holds: frozenset[Part] = frozenset()
