"""A TAGGER AND AN ANNOTATED SET → the calibration that makes its scores come true.

What is fitted is how often the entities that the tagger finds are right, span and label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.calibration import UNCHANGED, Calibration, chance_of, log_odds, write_calibration
from ner.document import Document
from ner.evaluation import calibration_error, right_ones
from ner.tagging.bag import folder_of
from ner.tagging.loading import load
from ner.tagging.remembering import Remembering, groups
from ner.tagging.tagger import Tagger
from ner.tagging.thresholds import Threshold, fit_threshold

Floats = NDArray[np.floating]


def _distance(temperature: float) -> float:
    return abs(log(temperature))


# From 1/4 to 4, from 1 outwards, so that of equally good ones the one nearest to 1 is taken.
TEMPERATURES = tuple(sorted((2.0 ** (step / 6) for step in range(-12, 13)), key=_distance))
FOLDS = 5
LEAST_SLOPE = 0.01  # so that a higher probability is a higher score
FEWEST = 50  # entities, of which a figure can be fitted


@dataclass(frozen=True, slots=True)
class Sample:
    """The entities that a tagger found: how probable each is by temperature, and which are right.

    ``parts`` says in which fold each is; those of a document are in one.
    """

    chances: Floats  # (entities, temperatures)
    right: NDArray[np.bool_]  # (entities)
    parts: NDArray[np.int64]  # (entities)

    def where(self, chosen: NDArray[np.bool_]) -> Sample:
        """Some of the entities."""
        return Sample(self.chances[chosen], self.right[chosen], self.parts[chosen])

    def scores(self, calibration: Calibration) -> Floats:
        """The entities' scores by a calibration of one of ``TEMPERATURES``."""
        column = TEMPERATURES.index(calibration.temperature)
        return calibration.scores(self.chances[:, column])


@dataclass(frozen=True, slots=True)
class Trial:
    """A calibration, and how good its kind is on entities that it was not fitted to."""

    calibration: Calibration
    error: float  # the expected calibration error
    loss: float  # the mean negative log-likelihood


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was tried, by name, and which was chosen; None where entities were too few."""

    entities: int
    right: float  # the share of them that is right
    trials: dict[str, Trial]
    chosen: str | None
    threshold: Threshold | None = None  # where one was asked for
    place: Path | None = None  # where it is kept

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "place": self.place and str(self.place)}


def sampled(tagger: Tagger, gold: Iterable[Document]) -> Sample:
    """What a tagger finds in annotated documents; the network runs once for all temperatures."""
    chances, right, parts = [], [], []
    number = 0
    for group in groups(gold):
        tag = Remembering(tagger)
        at_one = list(tag.pipe_documents(group))
        right += right_ones(group, at_one)
        for document in at_one:
            parts += [number % FOLDS] * len(document.entities)
            number += 1
        at_each = [
            list(tag.calibrated(Calibration(temperature)).pipe_documents(group))
            for temperature in TEMPERATURES
        ]
        chances.append([[e.score for one in found for e in one.entities] for found in at_each])
    by_temperature = np.concatenate([np.array(one, dtype=np.float64).T for one in chances], axis=0)
    return Sample(by_temperature, np.array(right, dtype=bool), np.array(parts, dtype=np.int64))


def fit_temperature(sample: Sample) -> Calibration:
    """The temperature alone."""
    return min(map(Calibration, TEMPERATURES), key=lambda one: log_loss(sample.scores(one), sample))


def fit_bias(sample: Sample) -> Calibration:
    """The temperature, and a bias: for scores that are too high or too low at all heights."""
    fitted = (
        replace(one, bias=float(_regressed(sample, one, slope=False)[0]))
        for one in map(Calibration, TEMPERATURES)
    )
    return min(fitted, key=lambda one: log_loss(sample.scores(one), sample))


def fit_line(sample: Sample) -> Calibration:
    """The temperature, and then a slope and a bias (Platt scaling) of what comes of it."""
    base = fit_temperature(sample)
    slope, bias = _regressed(sample, base, slope=True).tolist()
    return replace(base, slope=max(slope, LEAST_SLOPE), bias=bias)


def targets(right: NDArray[np.bool_]) -> Floats:
    """What scores are fitted to: a little inside 0 and 1, by how many there are (Platt 1999)."""
    good, bad = right.sum(), (~right).sum()
    return np.asarray(np.where(right, (good + 1) / (good + 2), 1 / (bad + 2)))


def log_loss(scores: Floats, sample: Sample) -> float:
    """The mean negative log-likelihood of ``targets``."""
    inside = np.clip(scores, 1e-12, 1 - 1e-12)
    aims = targets(sample.right)
    return float(-(aims * np.log(inside) + (1 - aims) * np.log1p(-inside)).mean())


def _regressed(sample: Sample, base: Calibration, *, slope: bool) -> Floats:
    """Logistic regression on the log odds by Newton's method: (slope, bias), or the bias alone."""
    odds = log_odds(sample.scores(base))
    inputs = np.stack([odds, np.ones_like(odds)] if slope else [np.ones_like(odds)], axis=1)
    fixed = np.zeros_like(odds) if slope else odds
    weights = np.array([1.0, 0.0] if slope else [0.0])
    aims = targets(sample.right)
    for _ in range(50):
        found = chance_of(inputs @ weights + fixed)
        curve = inputs.T @ (inputs * (found * (1 - found))[:, None])
        curve += 1e-6 * len(odds) * np.eye(len(weights))
        step = np.linalg.solve(curve, inputs.T @ (aims - found))
        weights = weights + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    return weights


FITS: dict[str, Callable[[Sample], Calibration]] = {
    "none": lambda sample: UNCHANGED,
    "temperature": fit_temperature,
    "temperature and bias": fit_bias,
    "temperature, slope and bias": fit_line,
}


def crossed(sample: Sample, fit: Callable[[Sample], Calibration]) -> Floats:
    """The score of each entity by what was fitted to the other folds."""
    scores = np.empty(len(sample.right))
    for part in range(FOLDS):
        own = sample.parts == part
        scores[own] = sample.where(own).scores(fit(sample.where(~own)))
    return scores


def fitted(sample: Sample) -> Fitted:
    """Tries ``FITS``; the least expected calibration error on entities not fitted to is chosen.

    Each kind is fitted to all folds but one and measured on that one, in turn; the chosen kind is
    fitted to all.
    """
    count = len(sample.right)
    if count < FEWEST:
        return Fitted(count, float(sample.right.mean()) if count else 0.0, {}, None)
    trials = {}
    for name, fit in FITS.items():
        scores = crossed(sample, fit)
        error = calibration_error(scores.tolist(), sample.right.tolist())
        trials[name] = Trial(fit(sample), error, log_loss(scores, sample))
    chosen = min(trials, key=lambda name: trials[name].error)
    return Fitted(count, float(sample.right.mean()), trials, chosen)


def calibrate_folder(
    path: Path, gold: Sequence[Document], *, device: str, threshold: bool = False
) -> Fitted:
    """Fits the scores of the model or bag in a folder, and keeps what was chosen beside it.

    Where too few entities are found, nothing is kept, and what was there stays. With ``threshold``
    one is fitted, too, and kept if it finds more than the best path does.
    """
    tagger = load(path, device=device)
    found = fitted(sampled(tagger, gold))
    if found.chosen is None:
        return found
    trial, before = found.trials[found.chosen], found.trials["none"]
    calibration = trial.calibration
    about: dict[str, Any] = {
        "kind": found.chosen,
        "entities": found.entities,
        "error": round(trial.error, 6),
        "error_before": round(before.error, 6),
    }
    if threshold:
        best = fit_threshold(tagger, calibration, gold)
        found = replace(found, threshold=best)
        calibration = replace(calibration, threshold=best.value)
        about |= {"f1": round(best.f1, 6), "f1_by_path": round(best.by_path, 6)}
    return replace(found, place=write_calibration(folder_of(path), calibration, about))
