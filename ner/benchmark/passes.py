"""Timed passes over texts: warm-up, how much a pass holds, and the passes that count."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int, str]
Tag = Callable[[Sequence[str]], Iterable[Sequence[Span]]]  # the entities of each text, in order

FIRST = 1000  # characters of the first pass of the warm-up
GROWTH = 2


@dataclass(frozen=True, slots=True)
class Passes:
    """How long each pass took, and what a pass held."""

    seconds: tuple[float, ...]
    processor_seconds: tuple[float, ...]  # of this process, all its threads together
    texts: int
    characters: int
    entities: int


def timed_passes(tag: Tag, texts: Sequence[str], *, seconds: float, repeats: int) -> Passes:
    """Tags the same amount of text again and again, after a warm-up that finds the amount.

    Args:
        tag: what is measured; it is done with a pass once its entities have been taken.
        texts: with at least one character.
        seconds: how long a pass should take, about.
        repeats: how many passes count.
    """
    chosen = portion(texts, _amount(tag, texts, seconds))
    clocks = [_clocked(tag, chosen) for _ in range(repeats)]
    return Passes(
        tuple(wall for wall, _, _ in clocks),
        tuple(processor for _, processor, _ in clocks),
        len(chosen),
        sum(map(len, chosen)),
        clocks[-1][2],
    )


def portion(texts: Sequence[str], characters: int) -> list[str]:
    """The first texts that hold so many characters; after the last one the first comes again.

    It has at least one text, and no text is cut.

    Raises:
        ValueError: the texts hold no character.
    """
    if not any(texts):
        raise ValueError("the texts hold no character")
    chosen: list[str] = []
    size = 0
    while size < characters or not chosen:
        for text in texts:
            chosen.append(text)
            size += len(text)
            if size >= characters:
                break
    return chosen


def _amount(tag: Tag, texts: Sequence[str], seconds: float) -> int:
    """How many characters take about ``seconds``; the passes that find it are the warm-up."""
    characters = FIRST
    _clocked(tag, portion(texts, characters))  # what is built at the first call takes its time here
    while True:
        chosen = portion(texts, characters)
        taken, _, _ = _clocked(tag, chosen)
        size = sum(map(len, chosen))
        if taken >= seconds / GROWTH:
            return max(1, round(size * seconds / taken))
        characters = GROWTH * size


def _clocked(tag: Tag, texts: Sequence[str]) -> tuple[float, float, int]:
    """Seconds, processor seconds and entities of a pass."""
    processor, began = time.process_time(), time.perf_counter()
    entities = sum(len(found) for found in tag(texts))
    return time.perf_counter() - began, time.process_time() - processor, entities
