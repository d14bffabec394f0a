"""THE MODEL'S ENTITIES AND WHAT COUNTS → RESULTS, what is forced and filled in among them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from ner.document import Entity
from ner.tagging.alternatives import Alternative
from ner.tagging.dictionary.choice import apart, touched
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.marks import Mark, MarkedPiece
from ner.tagging.dictionary.rules import ANY, FORBID, FORCE, PREFER

Naming = Callable[[int], tuple[str, str]]  # a rule's label and source, by its number


def obeyed(text: str, entities: Iterable[Entity], marks: Sequence[Mark]) -> list[Entity]:
    """The model's entities as far as the marks allow them, and what is forced."""
    bans = {mark[:3] for mark in marks if mark.mode == FORBID}
    preferred = {mark[:3]: mark.source for mark in marks if mark.mode == PREFER}
    taken = sorted(mark[:2] for mark in marks if mark.mode == FORCE)
    found = [
        Entity(text[start:end], label, start, end, 1.0, source=source)
        for start, end, label, mode, _, source in marks
        if mode == FORCE
    ]
    for one in entities:
        span = one.start, one.end
        banned = bans and ((*span, one.label) in bans or (*span, ANY) in bans)
        if not banned and _is_free(taken, *span):
            source = preferred.get((*span, one.label)) if preferred else None
            found.append(replace(one, source=source) if source else one)
    return sorted(found, key=_start)


def filled(
    pieces: Sequence[MarkedPiece], found: Sequence[list[Entity]], naming: Naming
) -> list[list[Entity]]:
    """What was found in pieces, and of their gaps those that touch nothing of it."""
    filled = list(found)
    sizes = np.array([len(piece.text) for piece in pieces])
    offsets = np.cumsum(sizes) - sizes
    gaps = _joined([piece.gaps for piece in pieces], offsets)
    if any(found):
        gaps = gaps[~touched(gaps, _taken(found, offsets))]
    gaps = gaps[apart(gaps)]
    of = np.searchsorted(offsets, gaps.starts, side="right") - 1
    columns = (of, gaps.starts - offsets[of], gaps.ends - offsets[of], gaps.rules)
    gained: dict[int, list[Entity]] = {}
    for place, start, end, rule in zip(*(one.tolist() for one in columns), strict=True):
        (label, source), text = naming(rule), pieces[place].text
        entity = Entity(text[start:end], label, start, end, 1.0, source=source)
        gained.setdefault(place, []).append(entity)
    for place, more in gained.items():
        filled[place] = sorted(found[place] + more, key=_start)
    return filled


def readings(
    piece: MarkedPiece, alternatives: Sequence[Alternative], naming: Naming
) -> tuple[Alternative, ...]:
    """The alternatives as the dictionary leaves them; of those that are equal then the first.

    What is closed in the chain has no probability left, so only a first one may have none.
    """
    likely = [one for one in alternatives if one.probability > 0] or alternatives[:1]
    entities = [obeyed(piece.text, one.entities, piece.marks) for one in likely]
    entities = filled([piece] * len(likely), entities, naming)
    found: dict[tuple[tuple[int, int, str], ...], Alternative] = {}
    for one, own in zip(likely, entities, strict=True):
        key = tuple((entity.start, entity.end, entity.label) for entity in own)
        plain = tuple(replace(entity, score=None) for entity in own)
        found.setdefault(key, Alternative(plain, one.probability))
    return tuple(found.values())


def _joined(gaps: Sequence[Matches], offsets: Iterable[int]) -> Matches:
    """Those of all pieces, with places in the pieces one behind the other."""
    if not gaps:
        return Matches.of([])
    moves = np.repeat(np.asarray(offsets), [len(one) for one in gaps])
    starts, ends = (
        np.concatenate(part) + moves
        for part in ([one.starts for one in gaps], [one.ends for one in gaps])
    )
    return Matches(starts, ends, np.concatenate([one.rules for one in gaps]))


def _taken(found: Sequence[list[Entity]], offsets: Iterable[int]) -> Matches:
    """Where something is, with places in the pieces one behind the other."""
    moves = np.repeat(np.asarray(offsets), [len(one) for one in found])
    starts = np.array([one.start for own in found for one in own], dtype=np.int64)
    ends = np.array([one.end for own in found for one in own], dtype=np.int64)
    return Matches(starts + moves, ends + moves, starts)


def _start(entity: Entity) -> int:
    return entity.start


def _is_free(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span overlaps none of ``taken``, which are in order and do not overlap."""
    place = bisect_left(taken, (start, end))
    before = place == 0 or taken[place - 1][1] <= start
    return before and (place == len(taken) or end <= taken[place][0])
