"""GOLD AND ONE OR TWO MODELS' DOCUMENTS → ALL FIGURES that a page shows and JSON holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ner.document import Document
from ner.evaluation import bootstrap
from ner.evaluation.bootstrap import Counts, Difference, Interval
from ner.evaluation.groups import GROUPINGS, Train, grouped
from ner.evaluation.kinds import KINDS, Match, by_kind, confusion, matches
from ner.evaluation.pairs import Pair, pairs
from ner.evaluation.reliability import Bin, reliability
from ner.evaluation.scenarios import Scenario, scenarios
from ner.evaluation.scores import Score, Scores, score
from ner.evaluation.wrong import Stretch, with_errors

Epochs = Sequence[dict[str, Any]]
OVERALL = None  # the key of all labels together


@dataclass(frozen=True, slots=True)
class Subject:
    """A model's name, what it found, and the figures of its epochs where they are known."""

    name: str
    predicted: Sequence[Document]
    epochs: Epochs = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """All figures of one model; ``intervals`` are of precision, recall and F1, None being all.

    ``scenarios`` is None where nervaluate is not installed, ``reliability`` where an entity has no
    score.
    """

    name: str
    scores: Scores
    pairs: tuple[Pair, ...]
    matches: tuple[tuple[Match, ...], ...]
    counts: Counts
    intervals: dict[str | None, list[Interval]]
    scenarios: dict[str, Scenario] | None
    groups: dict[str, dict[str, Score]]
    reliability: list[Bin] | None
    epochs: Epochs

    @property
    def every(self) -> list[Match]:
        return [one for sentence in self.matches for one in sentence]

    @property
    def confusion(self) -> Counter[tuple[str | None, str | None]]:
        return confusion(self.every)

    @property
    def kinds(self) -> dict[str, int]:
        return by_kind(self.every)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the scores, and beside them everything else."""
        curve = None if self.reliability is None else [asdict(one) for one in self.reliability]
        scenes = None
        if self.scenarios is not None:
            scenes = {name: asdict(one) for name, one in self.scenarios.items()}
        table = sorted(self.confusion.items(), key=lambda one: -one[1])
        return {
            **self.scores.to_dict(),
            "sentences": len(self.pairs),
            "intervals": _intervals(self.intervals),
            "scenarios": scenes,
            "errors": {"kinds": self.kinds, "label_pairs": _label_pairs(self.every)},
            "confusion": [{"gold": g, "predicted": p, "number": n} for (g, p), n in table],
            "groups": {
                grouping: {name: asdict(one) for name, one in rows.items()}
                for grouping, rows in self.groups.items()
            },
            "calibration": curve,
            "epochs": list(self.epochs),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One model's figures, or two models' and how they differ; labels are those of all."""

    labels: list[str]
    analyses: tuple[Analysis, ...]
    differences: dict[str | None, Difference] | None
    resamples: int
    seed: int

    @property
    def wrong(self) -> list[Stretch]:
        """The sentences in which a model errs."""
        return with_errors([(one.pairs, one.matches) for one in self.analyses])

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the first model's figures, how they were made, then the other's."""
        first, *others = self.analyses
        made = {**first.to_dict(), "resamples": self.resamples, "seed": self.seed}
        made["sentences_with_errors"] = len(self.wrong)
        if others:
            made["other"] = {"name": others[0].name, **others[0].to_dict()}
        if self.differences is not None:
            by_label = {
                name: asdict(one) for name, one in self.differences.items() if name is not None
            }
            overall = asdict(self.differences[OVERALL])
            made["difference"] = {"overall": overall, "labels": by_label}
        return made


def report(
    gold: Sequence[Document],
    subjects: Sequence[Subject],
    *,
    train: Train | None = None,
    resamples: int = bootstrap.RESAMPLES,
    seed: int = bootstrap.SEED,
) -> Report:
    """All figures of one or two models on the same gold documents.

    Args:
        gold: the documents as they are annotated.
        subjects: one, or two to be compared; the second is measured against the first.
        train: the mentions that the model was trained on, for groups that need them.
        resamples: how many draws intervals are made of; 0 for none.
        seed: of the draws.

    Raises:
        ValueError: the documents of a subject are other texts, or ``resamples`` is below 0.
    """
    found = [one.predicted for one in subjects]
    labels = sorted({e.label for part in (gold, *found) for one in part for e in one.entities})
    analyses = tuple(_analysis(gold, one, labels, train, (resamples, seed)) for one in subjects)
    differences = None
    if len(analyses) > 1 and resamples:
        both = (analyses[0].counts, analyses[1].counts)
        made = bootstrap.differences(*both, resamples=resamples, seed=seed)
        differences = dict(zip((*labels, OVERALL), made, strict=True))
    return Report(labels, analyses, differences, resamples, seed)


def _analysis(
    gold: Sequence[Document],
    subject: Subject,
    labels: Sequence[str],
    train: Train | None,
    drawn: tuple[int, int],
) -> Analysis:
    sentences = tuple(pairs(gold, subject.predicted))
    matched = tuple(tuple(matches(one)) for one in sentences)
    counted = bootstrap.counts(matched, labels)
    resamples, seed = drawn
    ends = bootstrap.intervals(counted, resamples=resamples, seed=seed) if resamples else None
    return Analysis(
        subject.name,
        score(gold, subject.predicted),
        sentences,
        matched,
        counted,
        dict(zip((*labels, OVERALL), ends, strict=True)) if ends else {},
        _scenarios(sentences),
        {
            name: grouped(one, sentences, matched, train or {})
            for name, one in GROUPINGS.items()
            if train is not None or not one.needs_train
        },
        reliability(one for sentence in matched for one in sentence),
        subject.epochs,
    )


def _scenarios(sentences: Sequence[Pair]) -> dict[str, Scenario] | None:
    try:
        return scenarios(sentences)
    except ModuleNotFoundError as error:
        if error.name != "nervaluate":
            raise
        return None


def _intervals(ends: dict[str | None, list[Interval]]) -> dict[str, Any] | None:
    if not ends:
        return None
    named = {
        name: dict(zip(("precision", "recall", "f1"), one, strict=True))
        for name, one in ends.items()
    }
    return {
        "overall": named[OVERALL],
        "labels": {n: one for n, one in named.items() if n is not None},
    }


def _label_pairs(every: Sequence[Match]) -> list[dict[str, Any]]:
    counts = Counter((one.kind, *one.labels) for one in every if one.kind in KINDS)
    return [
        {"kind": kind, "gold": gold, "predicted": predicted, "number": number}
        for (kind, gold, predicted), number in counts.most_common()
    ]
