"""A CORPUS AND BAGS → SUSPECTS: what in its annotation models that never saw it hold for wrong.

Each sentence is judged by the models that were not trained on it: of a bag's train the one that
lacked its fold, of other text all of them. A corpus is so checked by cross-validation against
itself (Brodley & Friedl 1999, Identifying Mislabeled Training Data).

The suspects come in the order of their score, over the stretch where both readings differ:

    log(p(found reading) / p(annotated reading)) / (10 + characters)

How improbable the given label is, and how probable another one, is what confident learning ranks by
(Northcutt, Jiang & Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels), here
of readings in the place of classes. The ratio is that of the posterior odds, if errors are alike. A
long reading is a product of many factors, and so more often extreme than it has reason to be: it
counts less. docs/results.md compares the score with others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

from ner.corpus.repeats import plain
from ner.document import Document, Entity
from ner.errors import ModelError, Place
from ner.tagging.bag import load_alike, members
from ner.tagging.doubts import Case, Doubt, Judges, cases
from ner.tagging.loading import Loading
from ner.tagging.out_of_fold import folds_of
from ner.tagging.tagger import Tagger

LENGTH = 10  # characters that every stretch counts as being longer
LEAST = 1e-100  # of a probability: that of a label which the models do not know is 0


@dataclass(frozen=True, slots=True)
class Suspect:
    """A stretch of a document that is probably annotated wrongly.

    Offsets, those of entities too, count from the document's start. ``annotated`` and ``found`` are
    how probable the readings with these entities are, 0 to 1; ``agreed`` of the ``judges`` hold the
    second for likelier.
    """

    kind: str
    document: int
    place: Place | None
    start: int
    end: int
    gold: tuple[Entity, ...]
    predicted: tuple[Entity, ...]
    annotated: float
    found: float
    agreed: int
    judges: int

    @property
    def score(self) -> float:
        """How sure it is that the annotation is wrong: higher is surer, 0 is undecided."""
        ratio = log(max(self.found, LEAST) / max(self.annotated, LEAST))
        return ratio / (LENGTH + self.end - self.start)

    def to_dict(self, text: str) -> dict[str, Any]:
        """Plain data for JSON, with the document's text."""
        path, line = self.place or (None, None)
        return {
            "path": path,
            "line": line,
            "kind": self.kind,
            "score": round(self.score, 6),
            "start": self.start,
            "end": self.end,
            "annotated": _reading(self.gold, self.annotated),
            "found": _reading(self.predicted, self.found),
            "agreed": self.agreed,
            "judges": self.judges,
            "text": text,
        }


def _reading(entities: Sequence[Entity], chance: float) -> dict[str, Any]:
    """Entities as spans alone, and how probable they are."""
    spans = [(one.start, one.end, one.label, one.text) for one in entities]
    keys = ("start", "end", "label", "text")
    listed = [dict(zip(keys, one, strict=True)) for one in spans]
    return {"entities": listed, "probability": round(chance, 6)}


class Panel:
    """The models of bags, and which of them judge a sentence.

    Args:
        bags: the members of each, the first lacked the first fold, and so on.
        folds: of each bag, by the plain texts of its train's sentences.
    """

    def __init__(self, bags: Sequence[Sequence[Tagger]], folds: Sequence[dict[str, int]]) -> None:
        self._folds = tuple(folds)
        self._counts = tuple(map(len, bags))
        self._every = tuple(one for bag in bags for one in bag)
        self._judges: dict[tuple[int, ...], Judges] = {}
        sizes = [one.featurizer.settings for one in self._every]
        self.features = min(sizes, key=lambda one: one.max_length)

    @classmethod
    def open(cls, paths: Sequence[Path], how: Loading) -> Panel:
        """The panel of the bags in these folders.

        Raises:
            ModelError: one is no bag, does not say what its members were trained on, or its models
                do not fit the others.
            CorpusError: what it says of that is damaged.
        """
        bags = [_members(path) for path in paths]
        folds = [folds_of(path, len(own)) for path, own in zip(paths, bags, strict=True)]
        loaded = iter(load_alike([one for bag in bags for one in bag], how))
        return cls([[next(loaded) for _ in bag] for bag in bags], folds)

    def of(self, text: str) -> tuple[int, ...]:
        """The numbers of the models that were not trained on this sentence."""
        chosen: list[int] = []
        first = 0
        for count, folds in zip(self._counts, self._folds, strict=True):
            fold = folds.get(plain(text))
            chosen += range(first, first + count) if fold is None else [first + fold - 1]
            first += count
        return tuple(chosen)

    def judges(self, chosen: tuple[int, ...]) -> Judges:
        """The models of these numbers."""
        if chosen not in self._judges:
            self._judges[chosen] = Judges([self._every[number] for number in chosen])
        return self._judges[chosen]


def _members(path: Path) -> list[Path]:
    found = members(path)
    if found is None:
        raise ModelError(f"{path}: not a bag: expected a folder that ner bag has made")
    return found


def suspects(
    documents: Sequence[Document],
    panel: Panel,
    advance: Callable[[int], None] = lambda characters: None,
) -> list[Suspect]:
    """All places where what is found is not what is annotated, the surest first.

    Nested entities, of which one layer of tags holds the longest, and those over a sentence's end
    are not judged.

    Args:
        documents: as they are annotated.
        panel: who judges.
        advance: is told the characters that are done.
    """
    own: dict[tuple[int, ...], list[Case]] = defaultdict(list)
    for number, document in enumerate(documents):
        for case in cases(document, number, panel.features):
            own[panel.of(case.sentence)].append(case)
    found = [
        _suspect(case, doubt, documents[case.document])
        for chosen, group in own.items()
        for case, doubt in _told(panel.judges(chosen), group, advance)
    ]
    return sorted(found, key=lambda one: (-one.score, one.document, one.start))


def _told(
    judges: Judges, group: Sequence[Case], advance: Callable[[int], None]
) -> Iterator[tuple[Case, Doubt]]:
    for batch in judges.batches(group):
        yield from judges.doubts(batch)
        advance(sum(len(case.piece.text) for case in batch))


def _suspect(case: Case, doubt: Doubt, document: Document) -> Suspect:
    one = doubt.disagreement
    offset = case.start + case.window.start
    return Suspect(
        kind=one.kind,
        document=case.document,
        place=document.place,
        start=one.start + offset,
        end=one.end + offset,
        gold=tuple(entity.moved(offset) for entity in one.gold),
        predicted=tuple(entity.moved(offset) for entity in one.predicted),
        annotated=doubt.annotated,
        found=doubt.predicted,
        agreed=doubt.agreed,
        judges=doubt.judges,
    )
