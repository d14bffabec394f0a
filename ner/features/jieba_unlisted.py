"""jieba's model of words that are in no dictionary: a hidden Markov chain over B, M, E, S."""

from __future__ import annotations

import re
from collections.abc import Iterator

HAN = re.compile(r"[\u4E00-\u9FD5]+")

Scores = tuple[float, float, float, float]  # of B, M, E, S


class Unlisted:
    """The words of ``jieba.finalseg.cut``, ties included, with the chain's four states unrolled."""

    def __init__(self) -> None:
        from jieba import finalseg

        self._cut = finalseg.cut
        least, states = finalseg.MIN_FLOAT, "BMES"
        emit, steps = finalseg.emit_P, finalseg.trans_P
        characters = set().union(*(emit[state] for state in states))
        self._none: Scores = (least, least, least, least)
        self._emit: dict[str, Scores] = {
            one: tuple(emit[state].get(one, least) for state in states) for one in characters
        }
        self._start: Scores = tuple(finalseg.start_P[state] for state in states)
        self._steps = tuple(steps[a].get(b, least) for a, b in ("EB", "SB", "BM", "MM"))
        self._steps += tuple(steps[a].get(b, least) for a, b in ("BE", "ME", "ES", "SS"))

    def __call__(self, run: str) -> tuple[str, ...]:
        """The words of characters of which the dictionary makes none."""
        if HAN.fullmatch(run):
            return tuple(_words(run, self._states(run)))
        return tuple(self._cut(run))

    def _states(self, run: str) -> str:
        """The most probable states; of two alike the later letter, as jieba has it."""
        eb, sb, bm, mm, be, me, es, ss = self._steps
        first = self._emit.get(run[0], self._none)
        b, m, e, s = (start + own for start, own in zip(self._start, first, strict=True))
        to_b, to_m, to_e, to_s = "BMES"
        for character in run[1:]:
            own_b, own_m, own_e, own_s = self._emit.get(character, self._none)
            from_e, from_s = e + eb + own_b, s + sb + own_b
            next_b, way_b = (from_s, to_s) if from_s >= from_e else (from_e, to_e)
            from_b, from_m = b + bm + own_m, m + mm + own_m
            next_m, way_m = (from_m, to_m) if from_m >= from_b else (from_b, to_b)
            from_b, from_m = b + be + own_e, m + me + own_e
            next_e, way_e = (from_m, to_m) if from_m >= from_b else (from_b, to_b)
            from_e, from_s = e + es + own_s, s + ss + own_s
            next_s, way_s = (from_s, to_s) if from_s >= from_e else (from_e, to_e)
            b, m, e, s = next_b, next_m, next_e, next_s
            to_b, to_m, to_e, to_s = way_b + "B", way_m + "M", way_e + "E", way_s + "S"
        return to_s if s >= e else to_e


def _words(run: str, states: str) -> Iterator[str]:
    start = 0
    for end, state in enumerate(states, start=1):
        if state in "ES":
            yield run[start:end]
            start = end
