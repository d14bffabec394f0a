"""One address into one file: in pieces, gone on with where it broke off, tried again, bounded."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from ner.corpus.fetching.connection import Connection, Interrupted, Outdated, ask
from ner.errors import CorpusError

CHUNK = 1 << 16  # bytes
LIMIT = 1 << 30  # bytes of a file whose size is not known
MOST_DIGITS = 19  # of a length that any server can mean
Advance = Callable[[int, int | None], None]  # bytes that are there, bytes in all


@dataclass(frozen=True)
class Partial:
    """What has come of a file, hidden beside its place, and what vouches that the rest fits it.

    A note has the address and the server's mark for the content (its ETag or its date); without
    one, or at another address, a download begins anew.
    """

    target: Path

    @property
    def path(self) -> Path:
        return self.target.with_name(f".{self.target.name}.part")

    @property
    def note(self) -> Path:
        return self.target.with_name(f".{self.target.name}.part.from")

    def come(self, url: str) -> tuple[int, str]:
        """How many bytes of ``url`` are there, and their mark; 0 if there is no going on."""
        try:
            noted, mark = self.note.read_text(encoding="utf-8").split("\n")
            size = self.path.stat().st_size
        except (OSError, ValueError):
            return 0, ""
        return (size, mark) if noted == url and mark else (0, "")

    def begin(self, url: str, mark: str) -> None:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.remove()
        self.note.write_text(f"{url}\n{mark}", encoding="utf-8")

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def download(
    url: str, partial: Partial, *, size: int | None, connection: Connection, advance: Advance
) -> None:
    """Brings all of ``url`` into ``partial``; what a broken connection left there is kept.

    Args:
        size: bytes that it must have; None: any number up to ``LIMIT``.

    Raises:
        CorpusError: it is not there, is not as large as expected, or will not come.
    """
    reason = ""
    for attempt in range(connection.attempts):
        if attempt:
            connection.sleep(connection.pause * 2 ** (attempt - 1))
        try:
            _attempt(url, partial, size, connection, advance)
            return
        except Outdated as error:
            partial.remove()
            reason = str(error)
        except Interrupted as error:
            reason = str(error)
        except CorpusError:
            partial.remove()
            raise
    raise CorpusError(f"{reason}; given up after {connection.attempts} attempts", path=url)


def _attempt(
    url: str, partial: Partial, size: int | None, connection: Connection, advance: Advance
) -> None:
    start, mark = partial.come(url)
    if start and start == size:
        return
    with ask(url, start, mark, connection) as answer:
        done = _kept(answer, start)
        total = _total(answer, done)
        _check_total(total, size, url)
        if not done:
            partial.begin(url, _mark(answer.headers))
        with open(partial.path, "ab" if done else "wb") as stream:
            for chunk in _content(answer):
                done += len(chunk)
                _check_limit(done, size, url)
                stream.write(chunk)
                advance(done, total)
    if size is not None and done < size:
        raise Interrupted(f"cut off after {done:,} of {size:,} bytes")
    if not done:
        raise CorpusError("the server has an empty file", path=url)


def _kept(answer: HTTPResponse, start: int) -> int:
    """How many of the ``start`` bytes the answer goes on from: all, or none."""
    if answer.status != HTTPStatus.PARTIAL_CONTENT:
        return 0
    begins = answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
    if not begins or _encoding(answer.headers):
        raise Outdated("the server sends another part than it was asked for")
    return start


def _mark(headers: Message) -> str:
    """What tells the content from another: an ETag for the very bytes, or else a date."""
    etag = headers.get("ETag", "")
    mark = etag if etag.startswith('"') else headers.get("Last-Modified", "")
    return mark if mark.isascii() and not _encoding(headers) else ""


def _encoding(headers: Message) -> str:
    encoding = headers.get("Content-Encoding", "").strip().lower()
    return "" if encoding == "identity" else encoding


def _declared(answer: HTTPResponse) -> int | None:
    """The bytes that the answer says it has, as they are sent."""
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and len(length) < MOST_DIGITS else None


def _total(answer: HTTPResponse, done: int) -> int | None:
    """The bytes of the whole file, where the answer says them."""
    declared = _declared(answer)
    return None if declared is None or _encoding(answer.headers) else done + declared


def _check_total(total: int | None, size: int | None, url: str) -> None:
    if total is not None and size is not None and total != size:
        raise CorpusError(f"the server has {total:,} bytes, expected {size:,}", path=url)
    _check_limit(total or 0, size, url)


def _check_limit(done: int, size: int | None, url: str) -> None:
    limit = LIMIT if size is None else size
    if done > limit:
        raise CorpusError(f"the server has more than the {limit:,} bytes expected", path=url)


def _content(answer: HTTPResponse) -> Iterator[bytes]:
    """The bytes of the file, unpacked where the server packed them without being asked."""
    encoding = _encoding(answer.headers)
    if not encoding:
        return _received(answer)
    if encoding not in ("gzip", "x-gzip"):
        raise CorpusError(f"sent packed as {encoding!r}, which was not asked for", path=answer.url)
    return _unpacked(_received(answer))


def _received(answer: HTTPResponse) -> Iterator[bytes]:
    """The answer's bytes as they come; raises Interrupted where fewer come than it has."""
    declared, received = _declared(answer), 0
    try:
        while chunk := answer.read1(CHUNK):
            received += len(chunk)
            yield chunk
    except (OSError, HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise Interrupted(f"broke off after {received:,} bytes: {reason}") from error
    if declared is not None and received < declared:
        raise Interrupted(f"cut off after {received:,} of {declared:,} bytes")


def _unpacked(packed: Iterator[bytes]) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: with gzip's header
    try:
        for chunk in packed:
            yield decoder.decompress(chunk)
    except zlib.error as error:
        raise Outdated(f"what the server packed is damaged: {error}") from error
    if not decoder.eof:
        raise Outdated("what the server packed is cut off")
