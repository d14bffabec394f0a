"""What a user gives a tagger, looked at before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ner.document import Document


def text_of(given: Any, place: int, *, of: str = "text") -> str:
    """A text, as it was given.

    Args:
        given: what should be one.
        place: of it among all, from 1, for the message.
        of: what has the place.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(given, str):
        return given
    raise TypeError(f"{of} {place}: expected a str, got {_kind(given)}")


def texts_of(given: Any) -> Iterator[str]:
    """Texts, each looked at when it is asked for.

    Raises:
        TypeError: one of them is none, or it is one text instead of several.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise TypeError(f"expected several texts, each a str, got {_kind(given)}")
    return (text_of(one, place) for place, one in enumerate(given, 1))


def documents_of(given: Iterable[Any]) -> Iterator[Document]:
    """Documents, each looked at when it is asked for.

    Raises:
        TypeError: one of them is none, or its text is.
    """
    for place, one in enumerate(given, 1):
        if not isinstance(one, Document):
            raise TypeError(f"document {place}: expected a Document, got {_kind(one)}")
        text_of(one.text, place, of="text of document")
        yield one


def _kind(given: Any) -> str:
    return "None" if given is None else type(given).__name__
