"""ANNOTATED SENTENCES AND MODELS → DOUBTS: where models read otherwise, and how probable both are.

A reading of a stretch is how its characters are tagged: with these entities, none of which goes on
behind it, and none besides. Under a linear chain its probability is exact (forward–backward,
``ner.lattice``), and different readings of one stretch exclude each other. So the annotation and
what is found are measured with one measure, whether an entity is there or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ner.document import Document, Entity
from ner.errors import ModelError
from ner.evaluation.disagreements import Disagreement, disagreements
from ner.evaluation.pairs import Pair, flat
from ner.features.batch import plan
from ner.features.context import contexts
from ner.features.windows import Window, windows
from ner.lattice import Lattice, pooled
from ner.settings import FeatureSettings
from ner.tagging.pieces import Piece
from ner.tagging.spans import SpanFinder
from ner.tagging.tagger import Tagger
from ner.tags import encode, scheme_of, spans_of

UNKNOWN = -1  # the number of a tag that a model lacks


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, or what a window shows of a long one, with its annotation.

    Args:
        piece: what the models see.
        gold: entities with offsets in the piece, flat; cut where the window cuts them.
        window: which part of the sentence it is.
        sentence: the whole of it.
        start: where the sentence begins in its document.
        document: the document's number.
    """

    piece: Piece
    gold: tuple[Entity, ...]
    window: Window
    sentence: str
    start: int
    document: int

    def owns(self, one: Disagreement) -> bool:
        """Whether a stretch begins in what the window owns and touches no end that was cut."""
        start, end = one.start + self.window.start, one.end + self.window.start
        before = start > self.window.start or not self.window.start
        after = end < self.window.end or self.window.end == len(self.sentence)
        return before and after and self.window.owned_start <= start < self.window.owned_end


@dataclass(frozen=True, slots=True)
class Doubt:
    """A disagreement, and how probable both readings of it are, 0 to 1, means over the judges.

    ``agreed`` of the ``judges`` hold what is predicted for likelier than what is annotated.
    """

    disagreement: Disagreement
    annotated: float
    predicted: float
    agreed: int
    judges: int


def cases(document: Document, number: int, features: FeatureSettings) -> Iterator[Case]:
    """What models with these settings see of a document, sentence by sentence."""
    sentences = [one for one in document.sentences if one.text]
    before = contexts([one.text for one in sentences], features)
    for sentence, own in zip(sentences, before, strict=True):
        entities = flat(Document(sentence.text, sentence.entities))
        whole = Piece(sentence.text, own)
        for window in windows(sentence.text, size=features.max_length, overlap=features.overlap):
            gold = tuple(_cut(entities, window))
            piece = whole.seen(window, features)
            yield Case(piece, gold, window, sentence.text, sentence.start, number)


def judged(document: Document) -> int:
    """How many of a document's entities its cases have: inside a sentence, in one layer."""
    return sum(len(flat(Document(one.text, one.entities))) for one in document.sentences)


def _cut(entities: Sequence[Entity], window: Window) -> Iterator[Entity]:
    for one in entities:
        start, end = max(one.start, window.start), min(one.end, window.end)
        if start < end:
            text = one.text[start - one.start : end - one.start]
            yield replace(one, text=text, start=start - window.start, end=end - window.start)


class Judges:
    """Models that judge together: they find what their pool finds (``lattice.pooled``).

    Args:
        taggers: of linear chains with the same tags and contexts.
    """

    def __init__(self, taggers: Sequence[Tagger]) -> None:
        self._taggers = tuple(taggers)
        tags = self._taggers[0].tags
        self._numbers = {tag: number for number, tag in enumerate(tags)}
        self._scheme = scheme_of(tags)
        self._find = SpanFinder(tags)

    def batches(self, own: Sequence[Case]) -> Iterator[list[Case]]:
        """Those that are best computed at once."""
        costs = [len(case.piece.text + case.piece.before) for case in own]
        for places in plan(costs, budget=self._taggers[0].batch_characters):
            yield [own[place] for place in places]

    def doubts(self, own: Sequence[Case]) -> Iterator[tuple[Case, Doubt]]:
        """Where the annotation of a batch is not what is found.

        Raises:
            ModelError: a judge is no linear chain.
        """
        pieces = [case.piece for case in own]
        chains = [_chain(one, pieces) for one in self._taggers]
        found = chains[0] if len(chains) == 1 else pooled(chains)
        entities = self._entities(pieces, found)
        met = [
            (row, one)
            for row, case in enumerate(own)
            for one in disagreements(Pair(case.piece.text, case.gold, tuple(entities[row])))
            if case.owns(one)
        ]
        if not met:
            return
        rows = np.array([row for row, _ in met])
        starts, ends = (np.array([getattr(one, at) for _, one in met]) for at in ("start", "end"))
        gold = self._tags(own, found.path.shape[1])
        known = np.array([(gold[row, one.start : one.end] != UNKNOWN).all() for row, one in met])
        held = [np.maximum(gold, 0), found.path]
        annotated, predicted = (
            np.stack(
                [
                    chain.probabilities(
                        rows, starts, ends, temperature=tagger.calibration.temperature, tags=tags
                    )
                    for chain, tagger in zip(chains, self._taggers, strict=True)
                ]
            )
            for tags in held
        )  # (judges, doubts) each
        annotated = np.where(known, annotated, 0.0)
        agreed = (predicted > annotated).sum(axis=0)
        for place, (row, one) in enumerate(met):
            chances = float(annotated[:, place].mean()), float(predicted[:, place].mean())
            yield own[row], Doubt(one, *chances, int(agreed[place]), len(chains))

    def _entities(self, pieces: Sequence[Piece], found: Lattice) -> list[list[Entity]]:
        """What the best paths mark in each piece."""
        entities: list[list[Entity]] = [[] for _ in pieces]
        spans = self._find(found.path, found.lengths)
        for row, start, end, label in self._find.named(spans):
            entities[row].append(Entity(pieces[row].text[start:end], label, start, end))
        return entities

    def _tags(self, own: Sequence[Case], length: int) -> NDArray[np.int64]:
        """The annotation's tag numbers, (cases, length)."""
        numbers = np.zeros((len(own), length), dtype=np.int64)
        for row, case in enumerate(own):
            tags, _ = encode(spans_of(case.gold), len(case.piece.text), scheme=self._scheme)
            numbers[row, : len(tags)] = [self._numbers.get(tag, UNKNOWN) for tag in tags]
        return numbers


def _chain(tagger: Tagger, pieces: Sequence[Piece]) -> Lattice:
    found = tagger.decoded(pieces)
    if not isinstance(found, Lattice):
        why = "its decoder is no linear chain (crf, softmax): it knows no probability of a reading"
        raise ModelError(why)
    return found
