"""Changes of a document's text that its entities and sentences follow."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, zip_longest
from typing import NamedTuple

from ner.document import Document, Entity


class Edit(NamedTuple):
    """``text[start:end]`` becomes ``replacement``; where ``start == end`` that is an insertion."""

    start: int
    end: int
    replacement: str


def apply(document: Document, edits: Iterable[Edit], *, drop_emptied: bool = False) -> Document:
    """The document with its text changed, and every entity and sentence where it now stands.

    All offsets are those of the document before any change. An edit inside an entity, or equal to
    it, stretches or shrinks it. An insertion at an entity's start or end stays outside it. A
    sentence takes in what is inserted at its start, and at its end if no other begins there; an
    emptied sentence stays, empty. Several insertions at one place stand in the order given, before
    what replaces the text behind that place.

    Args:
        document: what is changed; it stays as it is.
        edits: in any order; they must not overlap.
        drop_emptied: whether an entity whose text becomes empty is left out.

    Raises:
        ValueError: an edit lies outside the text, overlaps another, has an entity's or a sentence's
            border strictly inside, or empties an entity that may not be left out.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    if not ordered:
        return document
    moves = _Moves(document.text, ordered)
    entities = [_moved(entity, moves) for entity in document.entities]
    if drop_emptied:
        entities = [entity for entity in entities if entity.text]
    for before, after in zip(document.entities, entities, strict=False):
        if not after.text:
            raise ValueError(f"the entity {before.start}:{before.end} would be empty")
    spans = tuple(_moved_spans(document.spans, moves))
    return replace(document, text=moves.text, entities=tuple(entities), spans=spans)


class _Moves:
    """Where the places of a text are once edits in order are made, and the text that results."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        _refuse_unfit(edits, len(text))
        self._starts = [edit.start for edit in edits]
        self._ends = [edit.end for edit in edits]
        gains = (len(edit.replacement) - (edit.end - edit.start) for edit in edits)
        self._gained = list(accumulate(gains, initial=0))  # before each edit, and after the last
        pieces = []
        last = 0
        for start, end, replacement in edits:
            pieces += [text[last:start], replacement]
            last = end
        self.text = "".join([*pieces, text[last:]])

    def before(self, place: int) -> int:
        """The new place of ``place``, in front of what is inserted there."""
        count = bisect_left(self._starts, place)
        if count and self._ends[count - 1] > place:
            start, end = self._starts[count - 1], self._ends[count - 1]
            raise ValueError(f"edit {start}:{end} crosses a border at {place}")
        return place + self._gained[count]

    def behind(self, place: int) -> int:
        """The new place of ``place``, behind what is inserted there."""
        self.before(place)  # refuses an edit that crosses it
        return place + self._gained[bisect_right(self._ends, place)]


def _refuse_unfit(edits: Sequence[Edit], length: int) -> None:
    last = 0
    for start, end, _ in edits:
        if not 0 <= start <= end <= length:
            raise ValueError(f"edit {start}:{end} does not fit a text of {length} characters")
        if start < last:
            raise ValueError(f"edit {start}:{end} overlaps another that ends at {last}")
        last = end


def _moved(entity: Entity, moves: _Moves) -> Entity:
    start, end = moves.behind(entity.start), moves.before(entity.end)
    return replace(entity, text=moves.text[start:end], start=start, end=end)


def _moved_spans(spans: Sequence[tuple[int, int]], moves: _Moves) -> Iterable[tuple[int, int]]:
    following = (start for start, _ in spans[1:])
    for (start, end), coming in zip_longest(spans, following):
        yield moves.before(start), moves.before(end) if coming == end else moves.behind(end)
