"""The tagger that obeys a dictionary: a tagger, and what it may and may not find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ner.errors import ConfigError, nearest
from ner.lattice import Lattice
from ner.sentences import sentence_spans
from ner.tagging.dictionary.choice import chosen
from ner.tagging.dictionary.constraint import constrained, covered
from ner.tagging.dictionary.dictionary import Dictionary
from ner.tagging.dictionary.finding import BETWEEN, Finder, Matches
from ner.tagging.dictionary.laid import Laying
from ner.tagging.dictionary.marks import NOTHING, MarkedPiece
from ner.tagging.dictionary.results import filled, obeyed, readings
from ner.tagging.dictionary.rule_table import RuleTable
from ner.tagging.dictionary.rules import ANY, FILL, FORBID, FORCE, PREFER
from ner.tagging.dictionary.signs import Numbers
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
        TypeError: what should be a dictionary is something else.
    """

    def __init__(self, tagger: Tagger, dictionary: Dictionary) -> None:
        if not isinstance(dictionary, Dictionary):
            kind = type(dictionary).__name__
            raise TypeError(f"expected a Dictionary, of Dictionary.read or .of, got {kind}")
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
        self._table = RuleTable.of(dictionary)
        self._laying = Laying(self._table, self._spelling)

    @property
    def min_score(self) -> float:
        """Entities of a lower score are left out."""
        return self._least

    @property
    def labels(self) -> list[str]:
        """The labels that it gives: the model's, and those that only the dictionary knows."""
        return sorted(self._spelling.labels | self.new_labels)

    @property
    def new_labels(self) -> set[str]:
        """The labels that the model does not know."""
        return set(self._table.labels) - self._spelling.labels - {ANY}

    def with_dictionary(self, dictionary: Dictionary) -> Tagger:
        """The same tagger that obeys more rules, which come behind its own."""
        own = self._tagger.calibrated(self._calibration)
        return Guided(own, self.dictionary + dictionary)

    def decoded(self, pieces: Sequence[Piece]) -> Decoded:
        """The tags of pieces of at least one character each that fit a window."""
        found = self._tagger.decoded(pieces)
        marks = [_marks(piece) for piece in pieces]
        if not isinstance(found, Lattice) or not any(map(len, marks)):
            return found
        return constrained(found, self._laying(marks), self._spelling)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Sentences whose ends cut no mention, where the model attends to those before."""
        if not self._features.context:
            return super()._spans(text)
        found, _ = self._counting([text], [[(0, len(text))]])
        found = found[~self._table.are(found, FORBID)]
        whole = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
        return sentence_spans(text, list(whole))

    def _pieces(self, group: Sequence[Marked]) -> list[Piece]:
        """All sentences of the texts, with what counts in those where something does."""
        pieces = super()._pieces(group)
        found, of = self._counting([text for text, *_ in group], [spans for _, spans, _ in group])
        filling = self._table.are(found, FILL)
        marks = _by_sentence(found[~filling], of[~filling])
        gaps = _by_sentence(found[filling], of[filling])
        for place in marks.keys() | gaps.keys():
            told = marks.get(place, NOTHING), gaps.get(place, NOTHING)
            piece = pieces[place]
            pieces[place] = MarkedPiece(piece.text, piece.before, *told, self._table)
        return pieces

    def _shown(self, pieces: Sequence[Piece], decoded: Decoded, asked: Asked) -> Sequence[Looked]:
        """What pieces show beside what is forced, which they may show in parts."""
        texts = [piece.text for piece in pieces]
        forced = self._laying([_marks(piece) for piece in pieces])[FORCE]
        covers = covered(forced, len(texts), max(map(len, texts)))
        return self._reading.shown(texts, decoded, asked, covers)

    def _tag(self, pieces: Sequence[Piece], asked: Asked) -> list[Looked]:
        """What each piece shows, and what the dictionary says of it."""
        looked = super()._tag(pieces, asked)
        told = {n: piece for n, piece in enumerate(pieces) if isinstance(piece, MarkedPiece)}
        found = [looked[place].entities for place in told]
        for brought in (obeyed, filled):
            found = brought(list(told.values()), found, self._table)
        for (place, piece), entities in zip(told.items(), found, strict=True):
            one = looked[place]
            others = readings(piece, one.alternatives, self._table) if one.alternatives else ()
            looked[place] = replace(one, entities=entities, alternatives=others)
        if not self._least:
            return looked
        return [replace(one, entities=sure_enough(one.entities, self._least)) for one in looked]

    def _counting(self, texts: Sequence[str], spans: Sequence[Spans]) -> tuple[Matches, Numbers]:
        """The matches that count, with places in their sentences, and the sentence of each.

        The sentences of all texts are numbered through.
        """
        found = self._find(texts)
        starts, ends = _joined(texts, spans)
        if not len(found) or not len(starts):
            return NOTHING, NOTHING.starts
        of = np.searchsorted(starts, found.starts, side="right") - 1
        found = chosen(found[(of >= 0) & (found.ends <= ends[of])], self._table)
        of = np.searchsorted(starts, found.starts, side="right") - 1
        return Matches(found.starts - starts[of], found.ends - starts[of], found.rules), of

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


def _marks(piece: Piece) -> Matches:
    return piece.marks if isinstance(piece, MarkedPiece) else NOTHING


def _by_sentence(found: Matches, of: Numbers) -> dict[int, Matches]:
    """The matches of each sentence that has some, in their order."""
    order = np.argsort(of, kind="stable")
    found, of = found[order], of[order]
    firsts = np.flatnonzero(np.diff(of, prepend=-1))
    edges = [*firsts.tolist(), len(of)]
    return {int(of[start]): found[start:end] for start, end in pairwise(edges)}
