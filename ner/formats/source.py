"""Where a format's lines come from: a byte stream, decoded line by line, with places for messages.

Only LF ends a line (with the CR before it, if any): U+2028, U+0085 and their like are characters
of the text.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from ner.errors import ConfigError, CorpusError


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader cannot see in the file itself.

    Args:
        encoding: of the bytes; GB18030 (with GBK and GB2312) only where it is asked for.
        position_digits: columns whose characters carry a position in the word (``科0``).
        tagged: whether annotations are wanted; without, columns may lack tags.
        scheme: the tag scheme of columns, or None to tell it from the tags.
    """

    encoding: str = "utf-8"
    position_digits: bool = False
    tagged: bool = True
    scheme: str | None = None


class Source:
    """Lines of a byte stream, numbered from 1."""

    def __init__(self, stream: IO[bytes], *, name: str, options: ReadOptions | None = None) -> None:
        self.name = name
        self.options = options or ReadOptions()
        self._mark = _byte_order_mark(self.options.encoding)
        self._stream = stream
        self._ahead: list[bytes] = []
        self._offset = 0

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def peek(self, count: int) -> list[str]:
        """Up to ``count`` first lines, as well as they can be decoded; they will be read again."""
        while len(self._ahead) < count:
            raw = self._stream.readline()
            if not raw:
                break
            self._ahead.append(raw)
        start = [raw.removeprefix(self._mark) for raw in self._ahead[:count]]
        return [_ended(raw).decode(self.options.encoding, "replace") for raw in start]

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line's number and text, without its end.

        Raises:
            CorpusError: the bytes are not of the encoding; the message names the byte.
        """
        for number, line in self._decoded():
            yield number, line.removesuffix("\n").removesuffix("\r")

    def text(self) -> str:
        """All there is, line ends as they stand; a byte-order mark is no part of it.

        Raises:
            CorpusError: the bytes are not of the encoding; the message names the byte.
        """
        return "".join(line for _, line in self._decoded())

    def error(self, message: str, line: int | None = None) -> CorpusError:
        return CorpusError(message, path=self.name, line=line)

    def _decoded(self) -> Iterator[tuple[int, str]]:
        for number, raw in enumerate(self._raw(), 1):
            body = raw.removeprefix(self._mark) if number == 1 else raw
            try:
                yield number, body.decode(self.options.encoding)
            except UnicodeDecodeError as error:
                self._offset += len(raw) - len(body)
                raise self._undecodable(error, body, number) from error
            self._offset += len(raw)

    def _raw(self) -> Iterator[bytes]:
        while self._ahead:
            yield self._ahead.pop(0)
        yield from self._stream

    def _undecodable(self, error: UnicodeDecodeError, body: bytes, line: int) -> CorpusError:
        byte = self._offset + error.start
        hint = ""
        if self.options.encoding.lower().replace("-", "") == "utf8" and _is_gb18030(body):
            hint = "; the line is valid GB18030: if the file is, say --encoding gb18030"
        got = f"byte 0x{body[error.start]:02x} (number {byte} of the file, from 0)"
        return self.error(f"not {self.options.encoding}: {got}{hint}", line)


def open_source(path: str | Path, options: ReadOptions) -> Source:
    """A file as a source of lines.

    Raises:
        CorpusError: the file cannot be opened.
    """
    try:
        stream: IO[bytes] = open(path, "rb")  # noqa: SIM115  the source closes it
    except OSError as error:
        raise CorpusError(error.strerror or "cannot be opened", path=path) from error
    return Source(stream, name=str(path), options=options)


def _byte_order_mark(encoding: str) -> bytes:
    """What a file of this encoding may begin with.

    Raises:
        ConfigError: there is no such encoding.
    """
    usual = "utf-8 and gb18030 are usual"
    try:
        feed = "\n".encode(encoding)
    except (LookupError, ValueError) as error:
        raise ConfigError(f"unknown encoding {encoding!r}; {usual}") from error
    if feed != b"\n":
        raise ConfigError(f"encoding {encoding!r} does not end lines in the byte 0x0A; {usual}")
    return codecs.BOM_UTF8 if codecs.lookup(encoding).name == "utf-8" else b""


def _ended(raw: bytes) -> bytes:
    return raw.removesuffix(b"\n").removesuffix(b"\r")


def _is_gb18030(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True
