"""Strict entity scores, by seqeval: a mention counts if its boundaries and its label are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ner.document import Document
from ner.tags import encode, spans_of


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
    ``predicted`` counts the entities that were found.
    """

    overall: Score
    labels: dict[str, Score]
    predicted: int
    unscored: int

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
    true, unscored = _tags(gold)
    found, _ = _tags(predicted)
    entities = sum(tag.startswith("B-") for tags in found for tag in tags)
    if not entities and not any(tag != "O" for tags in true for tag in tags):
        return Scores(Score(0.0, 0.0, 0.0, 0), {}, 0, unscored)
    report = classification_report(
        true, found, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    labels = {label for tags in (*true, *found) for tag in tags if (label := tag[2:])}
    by_label = {label: _score(report[label]) for label in sorted(labels)}
    return Scores(_score(report["micro avg"]), by_label, entities, unscored)


def _tags(documents: Sequence[Document]) -> tuple[list[list[str]], int]:
    pairs = [encode(spans_of(one.entities), len(one.text)) for one in documents]
    return [tags for tags, _ in pairs], sum(lost for _, lost in pairs)


def _score(row: dict[str, Any]) -> Score:
    return Score(
        float(row["precision"]), float(row["recall"]), float(row["f1-score"]), int(row["support"])
    )
