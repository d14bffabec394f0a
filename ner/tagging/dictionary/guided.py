"""The tagger that obeys a dictionary: a tagger, and what it may and may not find."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ner.document import DICTIONARY, PATTERN, Entity
from ner.errors import ConfigError, nearest
from ner.lattice import Lattice
from ner.sentences import sentence_spans
from ner.tagging.alternatives import Alternative
from ner.tagging.dictionary.choice import Ranks, chosen
from ner.tagging.dictionary.constraint import constrained, covered
from ner.tagging.dictionary.dictionary import Dictionary
from ner.tagging.dictionary.finding import BETWEEN, Finder
from ner.tagging.dictionary.marks import Mark, MarkedPiece
from ner.tagging.dictionary.rules import ANY, FILL, FORBID, FORCE, PREFER, Manner
from ner.tagging.dictionary.spelling import Spelling
from ner.tagging.pieces import Asked, Looked, Marked, Piece
from ner.tagging.seams import sure_enough
from ner.tagging.tagger import Tagger

if TYPE_CHECKING:
    from ner.model.decoders import Decoded

Spans = Sequence[tuple[int, int]]


class Guided(Tagger):
    """Another tagger whose decoder is constrained by a dictionary.

    Args:
        tagger: finds the entities.
        dictionary: says which there are, and which not.

    Raises:
        CorpusError: a label is not the tagger's in a mode where only those make sense.
        ConfigError: something is preferred, but the decoder has no emissions.
    """

    def __init__(self, tagger: Tagger, dictionary: Dictionary) -> None:
        super().__init__(
            tagger.featurizer,
            tagger.tags,
            tagger.runtime,
            batch_characters=tagger.batch_characters,
            calibration=tagger.calibration,
        )
        self._tagger = tagger
        self._least = tagger.min_score  # the tagger's own is 0: it is asked when all is done
        self._spelling = Spelling(tagger.tags)
        self.dictionary = dictionary
        _refuse_unknown(dictionary, self._spelling.labels)
        if any(part.manner.mode == PREFER for part in dictionary.parts):
            self._refuse_without_emissions()
        self._find = Finder(dictionary, tagger.featurizer.normalise)
        self._ranks = Ranks.of(dictionary)
        self._kinds: list[tuple[Manner, str]] = []
        for part in dictionary.parts:
            self._kinds += [(part.manner, DICTIONARY)] * len(part.entries)
            self._kinds += [(part.manner, PATTERN)] * len(part.patterns)

    @property
    def labels(self) -> list[str]:
        """The labels that it gives: the model's, and those that only the dictionary knows."""
        return sorted(self._spelling.labels | self.new_labels)

    @property
    def new_labels(self) -> set[str]:
        """The labels that the model does not know."""
        return set(self._ranks.labels) - self._spelling.labels - {ANY}

    def with_dictionary(self, dictionary: Dictionary) -> Tagger:
        """The same tagger that obeys more rules, which come behind its own."""
        own = self._tagger.calibrated(self._calibration)
        return Guided(own, self.dictionary + dictionary)

    def decoded(self, pieces: Sequence[Piece]) -> Decoded:
        """The tags of pieces of at least one character each that fit a window."""
        found = self._tagger.decoded(pieces)
        marks = [_marks(piece) for piece in pieces]
        if not isinstance(found, Lattice) or not any(_decides(own) for own in marks):
            return found
        return constrained(found, marks, self._spelling)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Sentences whose ends cut no mention, where the model attends to those before."""
        if not self._features.context:
            return super()._spans(text)
        whole = self._marks([text], [[(0, len(text))]]).get(0, [])
        return sentence_spans(text, [mark[:2] for mark in whole if mark.mode != FORBID])

    def _pieces(self, group: Sequence[Marked]) -> list[Piece]:
        """All sentences of the texts, with the marks of those that have some."""
        pieces = super()._pieces(group)
        marks = self._marks([text for text, _, _ in group], [spans for _, spans, _ in group])
        for place, own in marks.items():
            pieces[place] = MarkedPiece(pieces[place].text, pieces[place].before, tuple(own))
        return pieces

    def _shown(self, pieces: Sequence[Piece], decoded: Decoded, asked: Asked) -> Sequence[Looked]:
        """What pieces show beside what is forced, which they may show in parts."""
        texts = [piece.text for piece in pieces]
        forced = covered([_marks(piece) for piece in pieces], max(map(len, texts)))
        return self._reading.shown(texts, decoded, asked, forced)

    def _tag(self, pieces: Sequence[Piece], asked: Asked) -> list[Looked]:
        """What each piece shows, and what its marks say."""
        looked = super()._tag(pieces, asked)
        for place, piece in enumerate(pieces):
            marks, one = _marks(piece), looked[place]
            if marks:
                entities = _obeyed(piece.text, one.entities, marks)
                others = _readings(piece.text, one.alternatives, marks)
                one = Looked(entities, one.chance, others)
            if self._least:
                one = replace(one, entities=sure_enough(one.entities, self._least))
            looked[place] = one
        return looked

    def _marks(self, texts: Sequence[str], spans: Sequence[Spans]) -> dict[int, list[Mark]]:
        """What counts in the sentences of the texts, numbered through, by sentence."""
        found = self._find(texts)
        marks: dict[int, list[Mark]] = {}
        if not len(found):
            return marks
        starts, ends = _joined(texts, spans)
        inside = np.searchsorted(starts, found.starts, side="right") - 1
        found = chosen(found[(inside >= 0) & (found.ends <= ends[inside])], self._ranks)
        inside = np.searchsorted(starts, found.starts, side="right") - 1
        labels = self._ranks.labels
        columns = (inside, found.starts - starts[inside], found.ends - starts[inside], found.rules)
        for place, start, end, number in zip(*(one.tolist() for one in columns), strict=True):
            (manner, source), label = self._kinds[number], labels[number]
            mark = Mark(start, end, label, manner.mode, manner.bonus, source)
            marks.setdefault(place, []).append(mark)
        return marks

    def _refuse_without_emissions(self) -> None:
        """Makes sure that there are scores that a bonus can be added to.

        Raises:
            ConfigError: there are none.
        """
        if not isinstance(self._tagger.decoded([Piece("一", "")]), Lattice):
            why = "the model's decoder is no linear chain (crf, softmax): it has no emissions"
            instead = f"{FORCE}, {FILL} and {FORBID} take any decoder"
            raise ConfigError(f"dictionary mode {PREFER}: {why}; {instead}")


def _refuse_unknown(dictionary: Dictionary, labels: Iterable[str]) -> None:
    """Makes sure that only what gives entities by itself has labels of its own.

    Raises:
        CorpusError: a label is not the model's.
    """
    known = {*labels, ANY}
    bound = (part for part in dictionary.parts if part.manner.mode in (PREFER, FORBID))
    for part in bound:
        for rule in part.rules:
            if rule.label not in known:
                only = f"the mode {part.manner.mode} takes only the model's labels"
                why = f"label {rule.label!r}: {only} ({nearest(rule.label, labels)})"
                raise part.error(why, rule)


def _joined(texts: Sequence[str], spans: Sequence[Spans]) -> tuple[Any, Any]:
    """Where the sentences begin and end in the texts as they are searched, (sentences) each."""
    places: list[tuple[int, int]] = []
    offset = 0
    for text, own in zip(texts, spans, strict=True):
        places += [(start + offset, end + offset) for start, end in own]
        offset += len(text) + len(BETWEEN)
    starts, ends = np.array(places, dtype=np.int64).reshape(-1, 2).T
    return starts, ends


def _marks(piece: Piece) -> tuple[Mark, ...]:
    return piece.marks if isinstance(piece, MarkedPiece) else ()


def _decides(marks: Iterable[Mark]) -> bool:
    """Whether the decoder has to know them."""
    return any(mark.mode != FILL for mark in marks)


def _obeyed(text: str, entities: Iterable[Entity], marks: Sequence[Mark]) -> list[Entity]:
    """The model's entities as far as they are allowed, what is forced, and what fills gaps."""
    bans = {mark[:3] for mark in marks if mark.mode == FORBID}
    preferred = {mark[:3]: mark.source for mark in marks if mark.mode == PREFER}
    forced = sorted(mark[:2] for mark in marks if mark.mode == FORCE)
    found = []
    for one in entities:
        span = one.start, one.end
        banned = (*span, one.label) in bans or (*span, ANY) in bans
        if not banned and _is_free(forced, *span):
            source = preferred.get((*span, one.label), one.source)
            found.append(one if source == one.source else replace(one, source=source))
    taken = sorted((one.start, one.end) for one in found)
    for mark in marks:
        if mark.mode == FORCE or (mark.mode == FILL and _is_free(taken, mark.start, mark.end)):
            insort(taken, mark[:2])
            found.append(_entity(text, mark))
    return sorted(found, key=lambda one: one.start)


def _readings(
    text: str, alternatives: Sequence[Alternative], marks: Sequence[Mark]
) -> tuple[Alternative, ...]:
    """The alternatives as far as the marks leave them possible; of equal ones the first."""
    found: dict[tuple[tuple[int, int, str], ...], Alternative] = {}
    for one in alternatives:
        if one.probability > 0 or not found:
            entities = [replace(own, score=None) for own in _obeyed(text, one.entities, marks)]
            key = tuple((own.start, own.end, own.label) for own in entities)
            found.setdefault(key, Alternative(tuple(entities), one.probability))
    return tuple(found.values())


def _entity(text: str, mark: Mark) -> Entity:
    """What a rule gives by itself: it is certain."""
    span = mark.start, mark.end
    return Entity(text[slice(*span)], mark.label, *span, 1.0, source=mark.source)


def _is_free(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span overlaps none of ``taken``, which are in order and do not overlap."""
    place = bisect_left(taken, (start, end))
    before = place == 0 or taken[place - 1][1] <= start
    return before and (place == len(taken) or end <= taken[place][0])
