"""The best path among those that hold no forbidden entity, exactly.

An entity is in a path only with all its tags. So the best path without it is the best of those that
lack one of them: a branch closes a tag, and Viterbi answers. A branch whose best path holds another
forbidden entity branches again; the best open branch is always next (best-first branch and bound,
as in Lawler 1972), so the first answer without one is the best of all. Only sentences whose own
best path holds a forbidden entity pay for it, a Viterbi run for each of its characters; those of a
batch search side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, islice

import numpy as np

from ner.lattice import CLOSED, Lattice, Transitions
from ner.lattice.transitions import Floats
from ner.tagging.dictionary.rules import ANY
from ner.tagging.dictionary.spelling import NONE, Spelling
from ner.tags import Span, decode

PATIENCE = 64  # branchings of a sentence; an entity that is still there then is only left out

Cells = frozenset[tuple[int, int]]  # place and tag
# Asks for the best paths by emissions, (length, tags) each, again and again, until it gives some.
Closing = Generator[list[Floats], list[list[int]] | None, Floats]


def avoiding(lattice: Lattice, bans: Mapping[int, Collection[Span]], spelling: Spelling) -> Lattice:
    """The chains with what must be closed where a best path holds what it must not.

    Args:
        lattice: of all sentences.
        bans: entities that must not be, by sentence.
        spelling: of the tags.
    """
    if not bans:
        return lattice
    find = spelling.find
    found = find.named(find(lattice.path, lattice.lengths))
    rows = {one[0] for one in found if one[0] in bans and _is_banned(bans[one[0]], *one[1:])}
    if not rows:
        return lattice
    emissions: Floats = lattice.emissions.copy()
    searches: dict[int, Closing] = {}
    for row in rows:
        path = lattice.tags[row]
        own = emissions[row, : len(path)]
        searches[row] = _Search(own, lattice.transitions, bans[row], spelling).closing(path)
    for row, closed in _together(searches, lattice.transitions).items():
        emissions[row, : len(closed)] = closed
    return lattice.with_emissions(emissions)


def _together(searches: Mapping[int, Closing], chain: Transitions) -> dict[int, Floats]:
    """What each search gives; what they ask at the same time is decoded as one batch."""
    given: dict[int, Floats] = {}
    answers: dict[int, list[list[int]] | None] = dict.fromkeys(searches)
    while answers:
        asked: dict[int, list[Floats]] = {}
        for row, answer in answers.items():
            try:
                asked[row] = searches[row].send(answer)
            except StopIteration as stop:
                given[row] = stop.value
        paths = iter(_decoded([one for own in asked.values() for one in own], chain))
        answers = {row: list(islice(paths, len(own))) for row, own in asked.items()}
    return given


def _decoded(emissions: Sequence[Floats], chain: Transitions) -> list[list[int]]:
    """The best path by each of these emissions, (length, tags) each."""
    if not emissions:
        return []
    lengths = np.array([len(one) for one in emissions])
    padded = np.zeros((len(emissions), lengths.max(), len(chain.start)))
    for row, one in zip(padded, emissions, strict=True):
        row[: len(one)] = one
    return Lattice(padded, lengths, chain).tags


def _is_banned(bans: Collection[Span], start: int, end: int, label: str) -> bool:
    return (start, end, label) in bans or (start, end, ANY) in bans


@dataclass(frozen=True, slots=True)
class _Search:
    """A sentence's chain, and what it must not hold."""

    emissions: Floats  # (length, tags)
    chain: Transitions
    bans: Collection[Span]
    spelling: Spelling

    def closing(self, path: Sequence[int]) -> Closing:
        """Gives the emissions under which the best path is the best without a forbidden entity.

        Args:
            path: the best without further closing.
        """
        ticket = count()
        nothing: Cells = frozenset()
        least = self._score(path) + CLOSED / 2  # below, something closed is on the path
        queue = [(0.0, next(ticket), nothing, list(path))]
        seen = {nothing}
        for _ in range(PATIENCE):
            _, _, cells, best = heappop(queue)
            entity = self._forbidden(best)
            if entity is None:
                return self._without(cells)
            branches = [one for one in self._branches(cells, entity, best) if one not in seen]
            seen.update(branches)
            paths = yield [self._without(branch) for branch in branches]
            for branch, found in zip(branches, paths or [], strict=True):
                score = self._score(found)
                if score > least and not self._crosses(branch, found):
                    heappush(queue, (-score, next(ticket), branch, found))
            if not queue:
                break
        return self.emissions

    def _forbidden(self, path: Sequence[int]) -> Span | None:
        names = [self.spelling.tags[number] for number in path]
        return next((one for one in decode(names) if _is_banned(self.bans, *one)), None)

    def _branches(self, cells: Cells, entity: Span, path: Sequence[int]) -> Iterator[Cells]:
        """More to close, so that the entity loses a tag, or goes on where none marks its end."""
        start, end, label = entity
        for place in range(start, end):
            yield cells | {(place, path[place])}
        inside = int(self.spelling.going_on(np.array(self.spelling.rows[label])))
        if inside != NONE and end < len(path):
            tags = range(len(self.spelling.tags))
            yield cells | {(end, tag) for tag in tags if tag != inside}

    def _without(self, cells: Cells) -> Floats:
        emissions: Floats = self.emissions.copy()
        for place, tag in cells:
            emissions[place, tag] = CLOSED
        return emissions

    def _score(self, path: Sequence[int]) -> float:
        chain, own = self.chain, np.asarray(path)
        ends = chain.start[own[0]] + chain.end[own[-1]]
        emitted = self.emissions[np.arange(len(own)), own].sum()
        return float(ends + emitted + chain.between[own[:-1], own[1:]].sum())

    def _crosses(self, cells: Cells, path: Sequence[int]) -> bool:
        """Whether a path goes through what is closed, since there is no other way."""
        return any(path[place] == tag for place, tag in cells)
