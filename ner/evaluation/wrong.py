"""MATCHES OF ONE OR TWO MODELS → THE SENTENCES WITH ERRORS, each with what each model found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate

from ner.document import Entity
from ner.errors import Place
from ner.evaluation.kinds import RIGHT, Match
from ner.evaluation.pairs import Pair

Matched = tuple[Sequence[Pair], Sequence[Sequence[Match]]]  # sentences, and the matches of each
Part = tuple[str, Place | None, tuple[Match, ...]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence and, model by model, the matches in it; ``place`` is where its document begins.

    Where two models' sentences end at different places, it is all up to the next common end.
    ``wrong`` are the errors in order of their places, and by which models, counted from 0, each is
    made: a model leads to the score that it gives to what it found.
    """

    text: str
    place: Place | None
    models: tuple[tuple[Match, ...], ...]
    wrong: dict[Match, dict[int, float | None]]


def stretches(models: Sequence[Matched]) -> list[Stretch]:
    """All sentences that models were scored on: the same texts in the same order."""
    ends = [set(accumulate(len(pair.text) for pair in pairs)) for pairs, _ in models]
    common = reduce(set.intersection, ends)
    joined = [list(_joined(one, common)) for one in models]
    made = []
    for same in zip(*joined, strict=True):
        text, place, _ = same[0]
        matched = tuple(found for _, _, found in same)
        made.append(Stretch(text, place, matched, _wrong(matched)))
    return made


def with_errors(models: Sequence[Matched]) -> list[Stretch]:
    """Those sentences in which a model errs."""
    return [one for one in stretches(models) if one.wrong]


def _wrong(models: Sequence[Sequence[Match]]) -> dict[Match, dict[int, float | None]]:
    made: dict[Match, dict[int, float | None]] = {}
    for number, matched in enumerate(models):
        for one in matched:
            if one.kind != RIGHT:
                score = one.predicted.score if one.predicted else None
                made.setdefault(_unscored(one), {})[number] = score
    return dict(sorted(made.items(), key=lambda item: (item[0].start, item[0].end)))


def _joined(model: Matched, ends: set[int]) -> Iterator[Part]:
    """The sentences of one model, joined up to the next of these ends."""
    texts: list[str] = []
    matched: list[Match] = []
    place, start, end = None, 0, 0
    for pair, found in zip(*model, strict=True):
        place = place if texts else pair.place
        texts.append(pair.text)
        matched += [_moved(one, end - start) for one in found]
        end += len(pair.text)
        if end in ends:
            yield "".join(texts), place, tuple(matched)
            texts, matched, start = [], [], end


def _moved(match: Match, offset: int) -> Match:
    if not offset:
        return match
    both = (one.moved(offset) if one else None for one in (match.gold, match.predicted))
    return Match(match.kind, *both)


def _unscored(match: Match) -> Match:
    """The same error whatever the score that a model gives to what it found."""
    return Match(match.kind, _bare(match.gold), _bare(match.predicted))


def _bare(entity: Entity | None) -> Entity | None:
    return replace(entity, score=None, fields={}, source=None) if entity else None
