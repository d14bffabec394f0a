"""A TAGGER AND AN ANNOTATED SET → the score from which on entities are found, for the most F1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ner.calibration import Calibration
from ner.document import Document
from ner.evaluation import right_ones
from ner.tagging.remembering import Remembering, groups
from ner.tagging.tagger import Tagger

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(3, 13))  # 0.15 to 0.6
PATH = None  # the best path's entities


@dataclass(frozen=True, slots=True)
class Threshold:
    """What was tried: F1 by the best path, and by each threshold; the one that is ahead of all."""

    value: float | None  # None if that is the best path
    by_path: float
    by_threshold: dict[float, float]

    def __str__(self) -> str:
        by_path = f"F1 {100 * self.by_path:.2f} by the best path"
        if self.value is None:
            return f"{by_path}, no more by any threshold"
        return f"{by_path}, {100 * self.f1:.2f} by scores of {self.value:g} and more"

    @property
    def f1(self) -> float:
        """By what was chosen."""
        return self.by_path if self.value is None else self.by_threshold[self.value]


def fit_threshold(tagger: Tagger, calibration: Calibration, gold: Iterable[Document]) -> Threshold:
    """The threshold of most F1, if any has more than the best path; of equal ones the highest.

    Args:
        tagger: whose network runs once for all thresholds.
        calibration: makes the scores.
        gold: annotated documents.
    """
    tried: list[float | None] = [PATH, *THRESHOLDS]
    right, found, wanted = dict.fromkeys(tried, 0), dict.fromkeys(tried, 0), 0
    for group in groups(gold):
        wanted += sum(len(document.entities) for document in group)
        tag = Remembering(tagger)
        for value in tried:
            own = list(tag.calibrated(replace(calibration, threshold=value)).pipe_documents(group))
            hits = right_ones(group, own)
            right[value] += sum(hits)
            found[value] += len(hits)
    f1 = {value: 2 * right[value] / max(found[value] + wanted, 1) for value in tried}
    best = max(tried, key=lambda value: (f1[value], value is PATH, value or 0))
    return Threshold(best, f1[PATH], {value: f1[value] for value in THRESHOLDS})
