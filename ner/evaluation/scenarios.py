"""PAIRS → SCORES of several strictness, by nervaluate.

They are those of SemEval 2013 task 9 (Segura-Bedmar, Martínez & Herrero-Zazo 2013), as the library
counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ner.document import Entity
from ner.evaluation.pairs import Pair

SCENARIOS = {
    "strict": "boundaries and label",
    "exact": "boundaries, whatever the label",
    "ent_type": "label, where anything overlaps",
    "partial": "any overlap, whatever the label; other boundaries count half",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Entities by what became of them, and the figures made of that, 0…1."""

    correct: int
    incorrect: int
    partial: int
    missed: int
    spurious: int
    precision: float
    recall: float
    f1: float


def scenarios(pairs: Sequence[Pair]) -> dict[str, Scenario]:
    """The scores of each scenario over all labels.

    Raises:
        ModuleNotFoundError: nervaluate is not installed; it needs Python 3.11 or newer.
    """
    from nervaluate import Evaluator

    filled = [one for one in pairs if one.gold or one.predicted]
    if not filled:
        return {name: Scenario(0, 0, 0, 0, 0, 0.0, 0.0, 0.0) for name in SCENARIOS}
    labels = {entity.label for one in filled for entity in (*one.gold, *one.predicted)}
    true = [_plain(one.gold) for one in filled]
    found = [_plain(one.predicted) for one in filled]
    results = Evaluator(true, found, tags=sorted(labels), loader="dict").evaluate()["overall"]
    fields = Scenario.__dataclass_fields__
    return {
        name: Scenario(**{field: getattr(results[name], field) for field in fields})
        for name in SCENARIOS
    }


def _plain(entities: Sequence[Entity]) -> list[dict[str, Any]]:
    """Entities as the library takes them: the end is the last character."""
    return [{"label": one.label, "start": one.start, "end": one.end - 1} for one in entities]
