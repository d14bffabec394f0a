"""Strict entity scores, by seqeval: a mention counts if its boundaries and its label are exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ner.document import Document
from ner.tags import encode, spans_of

BINS = 10  # of scores, by which the expected calibration error is counted


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 in 0…1, and how many gold entities there are."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Scores:
    """The micro average over all labels, each label's own score, and what could not be scored.

    ``unscored`` counts gold entities that one layer of tags cannot hold (nested, overlapping);
    ``predicted`` counts the entities that were found. ``calibration_error`` says how far their
    scores are from how often they are right; None where an entity has no score.
    """

    overall: Score
    labels: dict[str, Score]
    predicted: int
    unscored: int
    calibration_error: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> Scores:
    """How well the entities of ``predicted`` match those of ``gold``: the same texts in order.

    Raises:
        ValueError: the texts differ.
    """
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    if [one.text for one in gold] != [one.text for one in predicted]:
        raise ValueError("gold and predicted documents are not the same texts")
    named = {entity.label for one in (*gold, *predicted) for entity in one.entities}
    numbers = {label: f"{number}" for number, label in enumerate(sorted(named))}
    true, unscored = _tags(gold, numbers)
    found, _ = _tags(predicted, numbers)
    entities = sum(tag.startswith("B-") for tags in found for tag in tags)
    if not entities and not any(tag != "O" for tags in true for tag in tags):
        return Scores(Score(0.0, 0.0, 0.0, 0), {}, 0, unscored)
    report = classification_report(
        true, found, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    by_label = {label: _score(report[key]) for label, key in numbers.items() if key in report}
    return Scores(
        _score(report["micro avg"]), by_label, entities, unscored, _surety(gold, predicted)
    )


def calibration_error(scores: Sequence[float], right: Sequence[bool], *, bins: int = BINS) -> float:
    """The expected calibration error, 0…1, of entities' scores: Σ nᵢ/n · |rightᵢ − scoreᵢ|.

    The sum is over ``bins`` of equal width, nᵢ being the entities whose score lies in bin i, rightᵢ
    the share of them that is right, scoreᵢ the mean of their scores (Naeini, Cooper & Hauskrecht
    2015, Obtaining Well Calibrated Probabilities Using Bayesian Binning). A score on a border
    belongs to the upper bin. Without entities it is 0.
    """
    gaps = [0.0] * bins
    for one, good in zip(scores, right, strict=True):
        gaps[min(int(one * bins), bins - 1)] += good - one
    return sum(map(abs, gaps)) / max(len(scores), 1)


def right_ones(gold: Sequence[Document], predicted: Sequence[Document]) -> list[bool]:
    """Whether each entity of ``predicted``, document by document, stands in ``gold``."""
    return [
        span in spans
        for one, found in zip(gold, predicted, strict=True)
        for spans in [set(spans_of(one.entities))]
        for span in spans_of(found.entities)
    ]


def _surety(gold: Sequence[Document], predicted: Sequence[Document]) -> float | None:
    scores = [entity.score for one in predicted for entity in one.entities]
    known = [one for one in scores if one is not None]
    if not known or len(known) < len(scores):
        return None
    return calibration_error(known, right_ones(gold, predicted))


def _tags(documents: Sequence[Document], numbers: Mapping[str, str]) -> tuple[list[list[str]], int]:
    """BIO tags with numbers for labels, whose spelling must mean nothing to the library."""
    written, unscored = [], 0
    for document in documents:
        spans = [(start, end, numbers[label]) for start, end, label in spans_of(document.entities)]
        tags, lost = encode(spans, len(document.text))
        written.append(tags)
        unscored += lost
    return written, unscored


def _score(row: dict[str, Any]) -> Score:
    return Score(
        float(row["precision"]), float(row["recall"]), float(row["f1-score"]), int(row["support"])
    )
