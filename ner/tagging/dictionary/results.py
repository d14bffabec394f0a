"""THE MODEL'S ENTITIES AND WHAT COUNTS → RESULTS, what is forced and filled in among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ner.document import Entity
from ner.tagging.alternatives import Alternative
from ner.tagging.dictionary.choice import apart, touched
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.marks import MarkedPiece
from ner.tagging.dictionary.rule_table import RuleTable
from ner.tagging.dictionary.rules import ANY, FORBID, FORCE, PREFER
from ner.tagging.dictionary.signs import Numbers

Found = Sequence[list[Entity]]  # the entities of each piece


def obeyed(pieces: Sequence[MarkedPiece], found: Found, table: RuleTable) -> list[list[Entity]]:
    """The model's entities as far as the marks of their pieces allow, and what is forced.

    An entity is out where it is forbidden, or touches what is forced; of one that is preferred the
    source is the dictionary's.
    """
    offsets = _offsets(pieces)
    marks = Matches.joined([piece.marks for piece in pieces], offsets)
    is_forced = table.are(marks, FORCE)
    forced, others = marks[is_forced], marks[~is_forced]
    taken = _taken(found, offsets)
    struck = touched(taken, forced)
    spoken_of = np.isin(_keys(taken), _keys(others)) & ~struck
    said = _said(others[np.isin(_keys(others), _keys(taken[spoken_of]))], table)
    own = [one for entities in found for one in entities]
    kept: dict[int, Entity | None] = dict.fromkeys(np.flatnonzero(struck).tolist())
    for place in np.flatnonzero(spoken_of).tolist():
        span = int(taken.starts[place]), int(taken.ends[place])
        kept[place] = _judged(own[place], said[span])
    changed = (kept.get(place, one) for place, one in enumerate(own))
    left = [
        [one for one in islice(changed, len(entities)) if one is not None] for entities in found
    ]
    return _joining(pieces, left, forced, offsets, table) if len(forced) else left


def filled(pieces: Sequence[MarkedPiece], found: Found, table: RuleTable) -> list[list[Entity]]:
    """What was found in pieces, and of their gaps those that touch nothing of it."""
    offsets = _offsets(pieces)
    gaps = Matches.joined([piece.gaps for piece in pieces], offsets)
    if not len(gaps):
        return list(found)
    gaps = gaps[~touched(gaps, _taken(found, offsets))]
    return _joining(pieces, found, gaps[apart(gaps)], offsets, table)


def readings(
    piece: MarkedPiece, alternatives: Sequence[Alternative], table: RuleTable
) -> tuple[Alternative, ...]:
    """The alternatives as the dictionary leaves them; of those that are equal then the first.

    What is closed in the chain has no probability left, so only a first one may have none.
    """
    likely = [one for one in alternatives if one.probability > 0] or alternatives[:1]
    pieces = [piece] * len(likely)
    entities = obeyed(pieces, [list(one.entities) for one in likely], table)
    entities = filled(pieces, entities, table)
    found: dict[tuple[tuple[int, int, str], ...], Alternative] = {}
    for one, own in zip(likely, entities, strict=True):
        key = tuple((entity.start, entity.end, entity.label) for entity in own)
        plain = tuple(replace(entity, score=None) for entity in own)
        found.setdefault(key, Alternative(plain, one.probability))
    return tuple(found.values())


def _joining(
    pieces: Sequence[MarkedPiece],
    found: Found,
    more: Matches,
    offsets: Numbers,
    table: RuleTable,
) -> list[list[Entity]]:
    """What was found, and more that stands between."""
    joined = list(found)
    of = np.searchsorted(offsets, more.starts, side="right") - 1
    columns = (of, more.starts - offsets[of], more.ends - offsets[of], more.rules)
    gained: dict[int, list[Entity]] = {}
    for place, start, end, rule in zip(*(one.tolist() for one in columns), strict=True):
        text, label, source = pieces[place].text, table.labels[rule], table.sources[rule]
        entity = Entity(text[start:end], label, start, end, 1.0, source=source)
        gained.setdefault(place, []).append(entity)
    for place, own in gained.items():
        joined[place] = sorted(found[place] + own, key=_start)
    return joined


def _said(marks: Matches, table: RuleTable) -> dict[tuple[int, int], list[tuple[str, str, str]]]:
    """Mode, label and source of the marks of each span."""
    said: dict[tuple[int, int], list[tuple[str, str, str]]] = {}
    columns = (marks.starts, marks.ends, table.are(marks, FORBID), marks.rules)
    for start, end, banned, rule in zip(*(one.tolist() for one in columns), strict=True):
        mode, label = FORBID if banned else PREFER, table.labels[rule]
        said.setdefault((start, end), []).append((mode, label, table.sources[rule]))
    return said


def _judged(entity: Entity, said: Iterable[tuple[str, str, str]]) -> Entity | None:
    """An entity as what is said of its span leaves it."""
    for mode, label, source in said:
        if mode == FORBID and label in (entity.label, ANY):
            return None
        if mode == PREFER and label == entity.label:
            entity = replace(entity, source=source)
    return entity


def _offsets(pieces: Sequence[MarkedPiece]) -> Numbers:
    """Where each piece begins, with all of them one behind the other."""
    sizes = np.array([len(piece.text) for piece in pieces], dtype=np.int64)
    offsets: Numbers = np.cumsum(sizes) - sizes
    return offsets


def _keys(found: Matches) -> Numbers:
    """A number for each span."""
    return found.starts * (1 << 32) + found.ends


def _taken(found: Found, offsets: Numbers) -> Matches:
    """Where something is, with places in the pieces one behind the other."""
    moves = offsets.repeat([len(one) for one in found])
    starts = np.array([one.start for own in found for one in own], dtype=np.int64)
    ends = np.array([one.end for own in found for one in own], dtype=np.int64)
    return Matches(starts + moves, ends + moves, starts)


def _start(entity: Entity) -> int:
    return entity.start
