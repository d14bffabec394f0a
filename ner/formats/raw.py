"""Raw texts out of all that a user names: files, folders, standard input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ner.document import Document
from ner.errors import choose
from ner.formats import FORMATS
from ner.formats.findings import Findings
from ner.formats.inputs import input_files, open_input
from ner.formats.options import ReadOptions
from ner.formats.reading import format_of, read
from ner.formats.source import refuse_surrogates


@dataclass(frozen=True, slots=True)
class Inputs:
    """What texts are read from, and how.

    Args:
        paths: files and folders; ``-`` is standard input.
        format: a name in ``FORMATS``, or ``auto``: by the name's ending, else plain text.
        options: of reading.
    """

    paths: Sequence[Path]
    format: str = "auto"
    options: ReadOptions = ReadOptions(tagged=False)

    @property
    def name(self) -> str:
        return ", ".join(map(str, self.paths))

    def files(self) -> list[Path]:
        """The files, one by one.

        Raises:
            ConfigError: the format is unknown.
            CorpusError: there is no such file or folder.
        """
        if self.format != "auto":
            choose(self.format, FORMATS, kind="format")
        return [file for path in self.paths for file in input_files(path)]

    def documents(self, findings: Findings) -> Iterator[Document]:
        """The texts, a record at a time; that there are such files is known at once.

        Args:
            findings: gains what was repaired or skipped.

        Raises:
            ConfigError: the format is unknown.
            CorpusError: an input cannot be read.
        """
        return self._documents(self.files(), findings)

    def texts(self, findings: Findings, *, purpose: str) -> Iterator[str]:
        """The texts of the documents, which a UTF-8 file can hold.

        Args:
            findings: gains what was repaired or skipped.
            purpose: what they are for, in the message about text that no file can hold.

        Raises:
            ConfigError: the format is unknown.
            CorpusError: an input cannot be read, or holds a lone surrogate.
        """
        return _writable(self.documents(findings), purpose)

    def _documents(self, files: Sequence[Path], findings: Findings) -> Iterator[Document]:
        for path in files:
            format = self.format if self.format != "auto" else format_of(path.name) or "text"
            with open_input(path, self.options) as source:
                yield from read(source, findings, format=format)


def _writable(documents: Iterator[Document], purpose: str) -> Iterator[str]:
    for document in documents:
        refuse_surrogates(document, format=purpose)
        yield document.text
