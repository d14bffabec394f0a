"""Where a format's lines come from: a byte stream, decoded line by line, with places for messages.

Only LF ends a line (with the CR before it, if any): U+2028, U+0085 and their like are characters
of the text.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

from ner.document import Document
from ner.errors import ConfigError, CorpusError, Place
from ner.formats.compressed import decompressed, uncompressed_name
from ner.formats.options import ReadOptions

CHUNK = 1 << 18  # bytes that are read at once


class Stretch(NamedTuple):
    """Some lines of a file, the first one's number, and how many bytes stand before them."""

    number: int
    offset: int
    raw: bytes


class Start(NamedTuple):
    """Where reading begins: how many lines and bytes of the file, decompressed, stand before."""

    lines: int = 0
    offset: int = 0


TOP = Start()


class Source:
    """Lines of a byte stream, numbered from 1; ``start`` is what was read of it before."""

    def __init__(
        self,
        stream: IO[bytes],
        *,
        name: str,
        options: ReadOptions | None = None,
        start: Start = TOP,
    ) -> None:
        self.name = name
        self.options = options or ReadOptions()
        self._mark = byte_order_mark(self.options.encoding)
        self._stream = stream
        self._ahead: list[bytes] = []
        self._line, self._offset = start

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    @property
    def position(self) -> Start:
        """Where the line stands that ``lines`` gives next."""
        return Start(self._line, self._offset)

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
        for number, line in self.whole_lines():
            yield number, line.removesuffix("\n").removesuffix("\r")

    def text(self) -> str:
        """All there is, line ends as they stand; a byte-order mark is no part of it.

        Raises:
            CorpusError: the bytes are not of the encoding; the message names the byte.
        """
        return "".join(line for _, line in self.whole_lines())

    def stretches(self) -> Iterator[Stretch]:
        """Many lines at a time, not decoded, each stretch ending with an empty line.

        It is the fast way through formats of many short lines. The last stretch, and one of a file
        whose lines end now so and now so, may end anywhere.
        """
        carried = b"".join(self._ahead)
        self._ahead.clear()
        while b"\n" not in carried and (read := self._stream.readline()):
            carried += read
        offset = len(self._mark) if carried.startswith(self._mark) else 0
        carried = carried[offset:]
        gap = b"\n\r\n" if b"\r\n" in carried else b"\n\n"
        number = 1
        while read := self._stream.read(max(CHUNK, len(carried))):
            carried += read
            cut = carried.rfind(gap) + len(gap)
            if cut >= len(gap):
                yield Stretch(number, offset, carried[:cut])
                number += carried.count(b"\n", 0, cut)
                offset += cut
                carried = carried[cut:]
        if carried:
            yield Stretch(number, offset, carried)

    def decoded(self, stretch: Stretch) -> Iterator[tuple[int, str]]:
        """The number and text of each line of a stretch, as ``lines`` gives them.

        Raises:
            CorpusError: the bytes are not of the encoding; the message names the byte.
        """
        self._offset = stretch.offset
        for number, raw in enumerate(stretch.raw.split(b"\n"), stretch.number):
            yield number, self._decode(raw, number).removesuffix("\r")
            self._offset += 1

    def place(self, line: int | None = None) -> Place:
        return Place(self.name, line)

    def error(self, message: str, line: int | None = None) -> CorpusError:
        return CorpusError(message, path=self.name, line=line)

    def whole_lines(self) -> Iterator[tuple[int, str]]:
        """Each line's number and text, its end included."""
        for number, raw in enumerate(self._raw(), self._line + 1):
            body = raw.removeprefix(self._mark) if number == 1 else raw
            self._offset += len(raw) - len(body)
            text = self._decode(body, number)
            self._line = number
            yield number, text

    def _decode(self, raw: bytes, number: int) -> str:
        try:
            text = raw.decode(self.options.encoding)
        except UnicodeDecodeError as error:
            raise self._undecodable(error, raw, number) from error
        self._offset += len(raw)
        return text

    def _raw(self) -> Iterator[bytes]:
        while self._ahead:
            yield self._ahead.pop(0)
        yield from self._stream

    def _undecodable(self, error: UnicodeDecodeError, body: bytes, line: int) -> CorpusError:
        byte = self._offset + error.start
        hint = ""
        if self.options.encoding.lower().replace("-", "") == "utf8" and _is_gb18030(body):
            hint = f"; the line is valid GB18030: if the file is, {self.options.ask}"
        got = f"byte 0x{body[error.start]:02x} (number {byte} of the file, from 0)"
        return self.error(f"not {self.options.encoding}: {got}{hint}", line)


def open_source(path: str | Path, options: ReadOptions, start: Start = TOP) -> Source:
    """A file as a source of lines, decompressed if its name says that it is compressed.

    What stands before ``start`` is passed over: in a compressed file by decompressing it.

    Raises:
        CorpusError: the file cannot be opened.
    """
    try:
        stream: IO[bytes] = open(path, "rb")  # noqa: SIM115  the source closes it
    except OSError as error:
        raise CorpusError(error.strerror or "cannot be opened", path=path) from error
    packed = uncompressed_name(str(path)) != str(path)
    if start.offset and not packed:
        stream.seek(start.offset)
        if options.watch:
            options.watch(start.offset)
    if options.watch:
        stream = BufferedReader(_Watched(stream, options.watch), CHUNK)
    stream = decompressed(stream, path)
    if packed:
        _pass_over(stream, start.offset)
    return Source(stream, name=str(path), options=options, start=start)


def _pass_over(stream: IO[bytes], count: int) -> None:
    while count and (read := stream.read(min(CHUNK, count))):
        count -= len(read)


class _Watched(RawIOBase):
    """A stream that tells how much is read of it."""

    def __init__(self, stream: IO[bytes], watch: Callable[[int], None]) -> None:
        self._stream = stream
        self._watch = watch

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self._stream.read(len(buffer))
        buffer[: len(read)] = read
        self._watch(len(read))
        return len(read)

    def close(self) -> None:
        self._stream.close()
        super().close()


def refuse_surrogates(document: Document, *, format: str) -> None:
    """Makes sure that a UTF-8 file can hold the text.

    Raises:
        CorpusError: it holds a lone surrogate; only the escapes of JSON can.
    """
    try:
        document.text.encode()
    except UnicodeEncodeError as error:
        found = f"U+{ord(document.text[error.start]):04X} at character {error.start}"
        message = f"the lone surrogate {found} cannot be written in {format}; jsonl can hold it"
        raise CorpusError(message, path=named(document)) from error


def named(document: Document) -> str:
    """The document, in words for a message."""
    if document.place:
        return str(document.place)
    return "a document" if document.id is None else f"document {document.id}"


def byte_order_mark(encoding: str) -> bytes:
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
