"""jieba's model of words that are in no dictionary: a hidden Markov chain over B, M, E, S."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.packing import real_numbers
from ner.features.stretches import Steps, stretches
from ner.features.texts import Integers

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

HAN_FIRST, HAN_LAST = 0x4E00, 0x9FD5  # of the characters that the chain is of
NUMBER = re.compile(rb"[a-zA-Z0-9]+(?:\.[0-9]+)?%?")  # a word among other characters
BREAK = ord("\n")  # in no word

STATES = "BMES"
B, M, E, S = range(len(STATES))
# The two states that may come before each, and of two alike the later letter, as jieba has it.
EARLIER, LATER = np.array([E, B, B, E]), np.array([S, M, M, S])


@dataclass(frozen=True, slots=True)
class Chain:
    """Logarithms of the probabilities of states."""

    first: Floats  # (states)
    earlier: Floats  # (states), from the earlier letter before
    later: Floats  # (states)
    emissions: Floats  # (states, characters), of HAN_FIRST…HAN_LAST

    @classmethod
    def jieba(cls) -> Chain:
        """That of jieba's package."""
        from jieba import finalseg

        names, least, steps = STATES, finalseg.MIN_FLOAT, finalseg.trans_P
        emissions = np.full((len(names), HAN_LAST + 1 - HAN_FIRST), least)
        for row, name in zip(emissions, names, strict=True):
            own = {ord(one): value for one, value in finalseg.emit_P[name].items()}
            able = [code for code in own if HAN_FIRST <= code <= HAN_LAST]
            row[np.array(able) - HAN_FIRST] = [own[code] for code in able]
        before = (
            [steps[names[a]].get(b, least) for a, b in zip(origins, names, strict=True)]
            for origins in (EARLIER, LATER)
        )
        first = np.array([finalseg.start_P[name] for name in names])
        earlier, later = map(np.array, before)
        return cls(first, earlier, later, emissions)

    def to_dict(self) -> dict[str, Any]:
        """Arrays that ``from_dict`` reads back."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Chain:
        """The chain that was saved.

        Raises:
            ArrayError: the data is not what ``to_dict`` gives.
        """
        states = (len(STATES),)
        emissions = real_numbers(data, "emissions", (*states, HAN_LAST + 1 - HAN_FIRST))
        first, earlier, later = (
            real_numbers(data, name, states) for name in ("first", "earlier", "later")
        )
        return cls(first, earlier, later, emissions)


class Unlisted:
    """The words of ``jieba.finalseg.cut``, ties included, of many runs of characters at once."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def __call__(self, codes: Integers, han: Booleans, others: Booleans, begins: Booleans) -> None:
        """Marks where words begin in runs of characters, all of whose characters are marked.

        Args:
            codes: of texts.
            han: the characters in the runs that the chain is of.
            others: the other ones in the runs, all of them ASCII.
            begins: is changed.
        """
        starts, ends = stretches(others)
        if len(starts):
            begins[others] = False
            begins[starts] = True
            begins[_number_bounds(codes, others)] = True
        starts, ends = stretches(han)
        longer = ends - starts > 1
        if longer.any():
            places, last = self._states(codes, starts[longer], ends[longer])
            begins[places] = False
            begins[starts] = True
            begins[places[last] + 1] = True  # where a stretch has ended a word begins anyway

    def _states(
        self, codes: Integers, starts: Integers, ends: Integers
    ) -> tuple[Integers, Booleans]:
        """The places of stretches, and whether each is the last of a word."""
        order, walk = Steps.of(ends - starts)
        places = starts[order].take(walk.rows) + walk.steps
        emissions = self._chain.emissions.take(codes.take(places) - HAN_FIRST, axis=1)
        scores, ways = self._forward(emissions, walk)
        final = walk.bounds[(ends - starts)[order] - 1] + np.arange(len(starts))
        states = np.where(scores[S, final] >= scores[E, final], S, E)
        return places, _backward(states, ways, walk) >= E

    def _forward(self, emissions: Floats, walk: Steps) -> tuple[Floats, Integers]:
        """The score of the best way to each state of each step, and the states before."""
        chain, bounds = self._chain, walk.bounds.tolist()
        scores, better = np.empty_like(emissions), np.empty(emissions.shape, dtype=np.bool_)
        now = scores[:, : bounds[1]]
        np.add(chain.first[:, None], emissions[:, : bounds[1]], out=now)
        from_earlier, from_later = chain.earlier[:, None], chain.later[:, None]
        for low, high in zip(bounds[1:-1], bounds[2:], strict=True):
            now, own = now[:, : high - low], emissions[:, low:high]
            earlier = now.take(EARLIER, axis=0) + from_earlier + own
            later = now.take(LATER, axis=0) + from_later + own
            now = scores[:, low:high]
            np.greater_equal(later, earlier, out=better[:, low:high])
            np.maximum(later, earlier, out=now)
        return scores, np.where(better, LATER[:, None], EARLIER[:, None])


def _backward(states: Integers, ways: Integers, walk: Steps) -> Integers:
    """The states of all steps that lead to the last ones."""
    bounds, before = walk.bounds.tolist(), ways.ravel()
    rows, count = np.arange(len(states)), ways.shape[1]
    found = np.empty(count, dtype=np.int64)
    for low, high in zip(bounds[-2::-1], bounds[:0:-1], strict=True):
        own = states[: high - low]
        found[low:high] = own
        if low:
            own[:] = before.take(own * count + low + rows[: high - low])
    return found


def _number_bounds(codes: Integers, others: Booleans) -> Integers:
    """Where numbers, or words in Latin letters, begin and where they have ended."""
    kept = others.copy()
    kept[1:] |= others[:-1]
    line = np.where(others, codes, BREAK)[kept].astype(np.uint8).tobytes()
    spans = [place for match in NUMBER.finditer(line) for place in match.span()]
    return np.flatnonzero(kept).take(spans)
