"""PROBABILITIES → SCORES that come true as often as they say, and the file that keeps how.

calibration.json    beside a model or a bag; without it scores are the model's own probabilities
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.errors import ModelError
from ner.storage import dumps, write_text

Floats = NDArray[np.floating]

CALIBRATION = "calibration.json"
FORMAT_VERSION = 1
LOWEST, HIGHEST = 0.1, 10.0  # temperatures


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure a model that says so is.

    All scores of a chain are divided by ``temperature`` T before probabilities are made of them
    (Guo et al. 2017, On Calibration of Modern Neural Networks): p(path) ∝ exp(score(path) / T).
    The order of paths, so the best one, stays. An entity's score is then σ(slope · logit p + bias)
    of its probability p (Platt 1999), which is p with slope 1 and bias 0.

    With a ``threshold`` an entity is found for its score, whatever the best path says: all that
    have that score or a higher one, and of those that overlap the ones that exceed it by most in
    sum. That is the answer of most expected F1 if the threshold is half of that F1 (Lipton et al.
    2014, Optimal Thresholding of Classifiers to Maximize F1 Measure).
    """

    temperature: float = 1.0
    slope: float = 1.0
    bias: float = 0.0
    threshold: float | None = None

    def scores(self, chances: Floats) -> Floats:
        """The scores of entities with these probabilities at the temperature."""
        if (self.slope, self.bias) == (1.0, 0.0):
            return chances
        return chance_of(self.slope * log_odds(chances) + self.bias)

    def chances(self, scores: Floats) -> Floats:
        """The probabilities that have these scores."""
        if (self.slope, self.bias) == (1.0, 0.0):
            return scores
        return chance_of((log_odds(scores) - self.bias) / self.slope)


UNCHANGED = Calibration()


def log_odds(chances: Floats) -> Floats:
    """log p / (1 − p); never infinite."""
    inside = np.clip(chances, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def chance_of(odds: Floats) -> Floats:
    """The probability with these log odds."""
    return np.asarray(1 / (1 + np.exp(-odds)))


def read_calibration(folder: Path) -> Calibration:
    """The calibration in a model's or bag's folder, one that changes nothing if there is none.

    Raises:
        ModelError: it is damaged, or of another format version.
    """
    place = folder / CALIBRATION
    if not place.is_file():
        return UNCHANGED
    try:
        about = json.loads(place.read_text(encoding="utf-8"))
        version = about["format_version"]
        numbers = [about[name] for name in ("temperature", "slope", "bias")]
        threshold = about.get("threshold")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"{place}: damaged: {error!r}") from error
    if version != FORMAT_VERSION:
        why = f"calibration format {version!r}, this version of ner reads format {FORMAT_VERSION}"
        raise ModelError(f"{place}: {why}")
    if not all(type(one) in (int, float) and np.isfinite(one) for one in numbers):
        raise ModelError(f"{place}: damaged: expected three finite numbers, got {numbers}")
    if threshold is not None and not (type(threshold) is float and 0 < threshold < 1):
        raise ModelError(f"{place}: damaged: threshold: got {threshold!r}, expected 0…1 or null")
    read = replace(Calibration(*numbers), threshold=threshold)
    if not LOWEST <= read.temperature <= HIGHEST or read.slope <= 0:
        why = f"a temperature of {LOWEST:g} to {HIGHEST:g} and a slope above 0"
        raise ModelError(f"{place}: expected {why}, got {read.temperature:g} and {read.slope:g}")
    return read


def write_calibration(folder: Path, calibration: Calibration, fitted: dict[str, Any]) -> Path:
    """Keeps a calibration, and for readers how it was fitted; gives the place."""
    about = {"format_version": FORMAT_VERSION, **asdict(calibration), "fitted": fitted}
    write_text(folder / CALIBRATION, dumps(about, indent=2) + "\n")
    return folder / CALIBRATION
