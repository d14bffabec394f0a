"""One list of entities out of those that overlapping windows found.

An entity that ends where its window was cut cannot be trusted. Where another window saw it
whole, that one is taken; where none did, a new window is laid around it, so that no entity that
fits a window is cut.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ner.document import Entity
from ner.features.windows import Window


@dataclass(frozen=True, slots=True)
class Found:
    """An entity, and how many characters lie between it and the nearest cut of its window."""

    entity: Entity
    context: int


def placed(window: Window, entities: Iterable[Entity], *, length: int) -> list[Found]:
    """The entities that touch what the window owns, with offsets in the text of ``length``."""
    found = []
    for entity in entities:
        before = entity.start if window.start else length
        after = window.end - window.start - entity.end if window.end < length else length
        moved = entity.moved(window.start)
        if moved.start < window.owned_end and window.owned_start < moved.end:
            found.append(Found(moved, min(before, after)))
    return found


def unseen(found: Sequence[Found], *, size: int, length: int) -> list[Window]:
    """Windows around what only cut entities cover, as far as it fits ``size``."""
    fitting = [one for one in _cut_stretches(found) if one.end - one.start <= size]
    return [_around(one.start, one.end, size=size, length=length) for one in fitting]


def joined(found: Sequence[Found], text: str, *, size: int) -> list[Found]:
    """Entities longer than any window, put together from their pieces; the lowest score counts."""
    long = (one for one in _cut_stretches(found) if one.end - one.start > size)
    return [Found(replace(one, text=text[one.start : one.end]), 0) for one in long]


def merged(found: Iterable[Found]) -> list[Entity]:
    """Entities that do not overlap, in order; more context goes first, then more length."""
    taken: list[Entity] = []
    for one in sorted(found, key=_rank):
        if _free(taken, one.entity):
            insort(taken, one.entity, key=_start)
    return taken


def sure_enough(entities: Sequence[Entity], least: float) -> list[Entity]:
    """The entities whose score is not below ``least``; one without a score is."""
    return [one for one in entities if not least or (one.score or 0.0) >= least]


def _rank(one: Found) -> tuple[int, int, int]:
    return -one.context, one.entity.start - one.entity.end, one.entity.start


def _start(entity: Entity) -> int:
    return entity.start


def _free(taken: Sequence[Entity], entity: Entity) -> bool:
    """Whether the entity overlaps none of ``taken``, which are in order and do not overlap."""
    place = bisect_left(taken, entity.start, key=_start)
    before = place == 0 or taken[place - 1].end <= entity.start
    return before and (place == len(taken) or entity.end <= taken[place].start)


def _cut_stretches(found: Sequence[Found]) -> list[Entity]:
    """What touching or overlapping cut entities of one label cover, and no whole one does."""
    whole = merged(one for one in found if one.context > 0)
    cut = [one.entity for one in found if one.context == 0 and _free(whole, one.entity)]
    stretches: dict[str, list[Entity]] = {}
    for entity in sorted(cut, key=_start):
        own = stretches.setdefault(entity.label, [])
        if own and entity.start <= own[-1].end:
            last = own.pop()
            score = min(
                (one.score for one in (last, entity) if one.score is not None), default=None
            )
            entity = replace(last, end=max(last.end, entity.end), score=score)
        own.append(entity)
    return [entity for own in stretches.values() for entity in own]


def _around(start: int, end: int, *, size: int, length: int) -> Window:
    """A window of ``size`` with the stretch in its middle."""
    first = max(0, min(start - (size - (end - start)) // 2, length - size))
    return Window(first, min(first + size, length), start, end)
