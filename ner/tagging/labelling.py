"""RAW TEXT → LABELLED SENTENCES: each with its confidence, the doubtful ones left out.

What a sentence's confidence is says ``Tagger.pipe_sure``; several taggers vote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import tee

from ner.corpus.division import FURTHER
from ner.document import CONFIDENCE, Document, Entity, Sentence
from ner.features.soft import SoftTags
from ner.formats import Findings
from ner.sentences import sentence_spans
from ner.tagging.pieces import Asked, Looked
from ner.tagging.tagger import Tagger

KEPT = "sentences kept"
DOUBTFUL = "sentences of less confidence left out"
LONG = "sentences longer than a window, without soft targets"
BLANK = "texts without a sentence left out"


@dataclass(frozen=True, slots=True)
class Softening:
    """Where the soft targets of the kept sentences go, and at which temperature they are."""

    add: Callable[[str, SoftTags | None], None]
    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class Vote:
    """What a tagger found in a sentence, and how sure it is of all of it."""

    entities: tuple[Entity, ...]
    confidence: float


class Labeller:
    """Cuts documents into sentences and gives each its entities and its confidence.

    Args:
        taggers: one, or several that vote.
        least: sentences of a lower confidence are left out, 0 to 1.
        findings: gains how many sentences were kept and left out.
        softening: what the kept sentences' soft targets are given to, those by the first tagger.
    """

    def __init__(
        self,
        taggers: Sequence[Tagger],
        *,
        least: float,
        findings: Findings,
        softening: Softening | None = None,
    ) -> None:
        self._softening = softening
        self._taggers = tuple(taggers)
        self._least = least
        self._findings = findings

    def pipe_documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """A document for each sentence that is kept, in order.

        It has its document's id and place, and its fields if it is all of the document.
        """
        cut = tee(map(_cut, documents), len(self._taggers))
        temperature = None if self._softening is None else self._softening.temperature
        asked = Asked(sure=True, soft=temperature)
        pairs = zip(self._taggers, cut, strict=True)
        pipes = [tagger.pipe_looked(own, asked) for tagger, own in pairs]
        for found in zip(*pipes, strict=True):
            document = found[0][0]
            if not document.spans:
                self._findings.note(BLANK, document.place)
                continue
            rows = [list(_votes(*one)) for one in found]
            if document.fields and document.marks_sentences:
                self._findings.note(FURTHER, document.place, ", ".join(document.fields))
            votes = map(agreed, zip(*rows, strict=True))
            for sentence, vote, looked in zip(document.sentences, votes, found[0][1], strict=True):
                kept = vote.confidence >= self._least
                self._findings[KEPT if kept else DOUBTFUL] += 1
                if kept:
                    self._soften(sentence, looked)
                    yield _labelled(document, sentence, vote)

    def _soften(self, sentence: Sentence, looked: Looked) -> None:
        if self._softening is not None:
            self._findings[LONG] += looked.soft is None
            self._softening.add(sentence.text, looked.soft)


def agreed(votes: Sequence[Vote]) -> Vote:
    """The entities that more than half of the taggers found, and how sure they are together.

    Each tagger brings the share 1/k. An entity's score is the sum of the shares times the scores of
    those that found it; the sentence's confidence is the sum of the shares times the confidences of
    those that found just what was agreed on. Both are lower bounds of the probability under the
    taggers' mixture. Two agreed entities never overlap: some tagger would have found both.
    """
    count = len(votes)
    scores: dict[tuple[int, int, str], list[float]] = {}
    named: dict[tuple[int, int, str], Entity] = {}
    for vote in votes:
        for entity in vote.entities:
            scores.setdefault(_key(entity), []).append(entity.score or 0.0)
            named.setdefault(_key(entity), entity)
    kept = sorted(key for key, found in scores.items() if 2 * len(found) > count)
    entities = tuple(replace(named[key], score=sum(scores[key]) / count) for key in kept)
    agreeing = (vote for vote in votes if sorted(map(_key, vote.entities)) == kept)
    return Vote(entities, sum(vote.confidence for vote in agreeing) / count)


def _key(entity: Entity) -> tuple[int, int, str]:
    return entity.start, entity.end, entity.label


def _votes(document: Document, looked: Sequence[Looked]) -> Iterator[Vote]:
    for sentence, one in zip(document.sentences, looked, strict=True):
        yield Vote(sentence.entities, one.chance)


def _cut(document: Document) -> Document:
    """The document with the places of its sentences, none of them blank."""
    spans = tuple(
        (one.start + start, one.start + end)
        for one in document.sentences
        for start, end in sentence_spans(one.text)
    )
    return replace(document, spans=spans, entities=())


def _labelled(document: Document, sentence: Sentence, vote: Vote) -> Document:
    fields = {} if document.marks_sentences else document.fields
    return replace(
        document,
        text=sentence.text,
        entities=vote.entities,
        spans=(),
        fields={**fields, CONFIDENCE: round(vote.confidence, 4)},
    )
