"""Asking a server for a file, or for the rest of one, and telling what may pass from what stays."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, InvalidURL
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ner.corpus.fetching.sources import Absent
from ner.errors import CorpusError
from ner.version import __version__

PASSING = {408, 425, 429, 500, 502, 503, 504}  # a server may answer these better next time


@dataclass(frozen=True)
class Connection:
    """How a server is spoken to.

    Args:
        timeout: seconds without a byte after which an attempt is given up.
        attempts: the first one included.
        pause: seconds before the second attempt, doubled before each further one.
        schemes: what an address, and every address that it redirects to, may begin with.
        sleep: what waits.
    """

    timeout: float = 30.0
    attempts: int = 5
    pause: float = 1.0
    schemes: frozenset[str] = frozenset({"https"})
    sleep: Callable[[float], None] = time.sleep


class Interrupted(Exception):
    """The answer did not come, or broke off: another attempt may bring it."""


class Outdated(Interrupted):
    """What came before does not fit what the server has now: the next attempt begins anew."""


def ask(url: str, start: int, mark: str, connection: Connection) -> HTTPResponse:
    """The answer to a request for ``url`` from byte ``start`` on, if ``mark`` still fits it.

    Raises:
        CorpusError: what no further attempt would change.
        Interrupted: what one may change.
    """
    check_address(url, connection)
    headers = {"User-Agent": f"zhuyi-ner/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": mark}
    opener = build_opener(_Redirects(connection))
    try:
        answer: HTTPResponse = opener.open(
            Request(url, headers=headers), timeout=connection.timeout
        )
    except HTTPError as error:
        with error:
            raise _refusal(error, url) from error
    except (InvalidURL, ValueError) as error:
        raise CorpusError(f"not an address: {error}", path=url) from error
    except (OSError, HTTPException) as error:
        raise _silence(error, url) from error
    if answer.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        with answer:
            raise CorpusError(f"the server answers {answer.status}, expected a file", path=url)
    if answer.headers.get_content_type() == "text/html":
        with answer:  # a page that asks to log in, or says in words that the file is not there
            raise CorpusError("the server answers with a page (text/html), not a file", path=url)
    return answer


def check_address(url: str, connection: Connection) -> None:
    """Raises a CorpusError unless ``url`` is an address that may be read from."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname)
    except ValueError:
        named = False
    if not named or parts.scheme not in connection.schemes:
        expected = " or ".join(f"{scheme}://…" for scheme in sorted(connection.schemes))
        raise CorpusError(f"not an address to read from, expected {expected}", path=url)


class _Redirects(HTTPRedirectHandler):
    """Follows to allowed addresses alone: nothing that was asked for by https comes by http."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        check_address(newurl, self.connection)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _refusal(error: HTTPError, url: str) -> Exception:
    answer = f"the server answers {error.code} {error.reason}".rstrip()
    if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Absent(answer, path=url)
    if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return Outdated(answer)
    return Interrupted(answer) if error.code in PASSING else CorpusError(answer, path=url)


def _silence(error: OSError | HTTPException, url: str) -> Exception:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return CorpusError(f"its certificate is not trusted: {reason}", path=url)
    return Interrupted(f"no answer: {reason or type(reason).__name__}")
