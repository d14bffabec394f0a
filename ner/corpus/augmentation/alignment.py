"""Which characters of a changed copy are which of its original's, by the borders that edits keep.

An edit never crosses the border of an entity or a sentence, and both follow it. So between two
borders that the documents share stands the same stretch of text, before and after its edits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from os.path import commonprefix

import numpy as np
from numpy.typing import NDArray

from ner.document import Document

NOWHERE = -1  # the place of a character that the original lacks

Border = tuple[int, int]  # its place in the original and in the copy


def alignment(original: Document, copy: Document) -> NDArray[np.int64] | None:
    """For each character of the copy its place in the original, or ``NOWHERE``.

    A stretch that is as long as before is aligned character by character: whatever was put for
    another, both should get the same tag. Of one that is longer or shorter now, an entity's
    characters have no place, since their tags may differ, and outside of entities those have one
    with which both stretches begin and end alike. None if the documents have not the same entities
    and sentences in order, as after ``concatenate``.
    """
    borders = _borders(original, copy)
    if borders is None:
        return None
    places = np.full(len(copy.text), NOWHERE, dtype=np.int64)
    inside = np.zeros(len(original.text), dtype=bool)
    for entity in original.entities:
        inside[entity.start : entity.end] = True
    for (start, begin), (end, stop) in pairwise(borders):
        if stop < begin:
            return None
        if end - start == stop - begin:
            places[begin:stop] = np.arange(start, end)
        elif not inside[start:end].any():
            head, tail = _alike(original.text[start:end], copy.text[begin:stop])
            places[begin : begin + head] = np.arange(start, start + head)
            places[stop - tail : stop] = np.arange(end - tail, end)
    return places


def _borders(original: Document, copy: Document) -> Sequence[Border] | None:
    """Where both texts, their entities and their sentences begin and end, in order."""
    labels = ([one.label for one in document.entities] for document in (original, copy))
    if len(set(map(tuple, labels))) > 1 or len(original.spans) != len(copy.spans):
        return None
    found = {(0, 0), (len(original.text), len(copy.text))}
    found.update(_pairs(_spans(original), _spans(copy)))
    return sorted(found)


def _spans(document: Document) -> list[tuple[int, int]]:
    return [*document.spans, *((entity.start, entity.end) for entity in document.entities)]


def _pairs(before: Sequence[Border], after: Sequence[Border]) -> Iterator[Border]:
    for (start, end), (begin, stop) in zip(before, after, strict=True):
        yield start, begin
        yield end, stop


def _alike(before: str, after: str) -> tuple[int, int]:
    """How many characters two texts begin with alike, and end with alike behind those."""
    head = len(commonprefix([before, after]))
    tail = len(commonprefix([before[head:][::-1], after[head:][::-1]]))
    return head, tail
