"""Raw texts out of all that a user names: files, folders, standard input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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

    def texts(self, findings: Findings, *, purpose: str) -> Iterator[str]:
        """The texts, a record at a time; that there are such files is known at once.

        Args:
            findings: gains what was repaired or skipped.
            purpose: what they are for, in the message about text that no file can hold.

        Raises:
            ConfigError: the format is unknown.
            CorpusError: an input cannot be read.
        """
        if self.format != "auto":
            choose(self.format, FORMATS, kind="format")
        files = [file for path in self.paths for file in input_files(path)]
        return self._texts(files, findings, purpose)

    def _texts(self, files: Sequence[Path], findings: Findings, purpose: str) -> Iterator[str]:
        for path in files:
            format = self.format if self.format != "auto" else format_of(path.name) or "text"
            with open_input(path, self.options) as source:
                for document in read(source, findings, format=format):
                    refuse_surrogates(document, format=purpose)
                    yield document.text
