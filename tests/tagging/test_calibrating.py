"""Calibrations fitted to what a tagger finds: what was put in comes out."""

import numpy as np
import pytest
from streams import read
from trained import SAMPLE

import ner
from ner.calibration import Calibration, chance_of, log_odds
from ner.tagging.calibrating import (
    FEWEST,
    FITS,
    FOLDS,
    TEMPERATURES,
    Sample,
    crossed,
    fitted,
    sampled,
)


def made(*, temperature=1.0, slope=1.0, bias=0.0, count=20_000):
    """Entities that are right as often as the calibration says."""
    rng = np.random.default_rng(1)
    odds = rng.normal(size=count) * 3 + 2
    chances = np.stack([chance_of(odds / one) for one in TEMPERATURES], axis=1)
    true = chance_of(slope * odds / temperature + bias)
    return Sample(chances, rng.random(count) < true, np.arange(count) % FOLDS)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_temperature_that_was_put_in_comes_out(temperature):
    assert FITS["temperature"](made(temperature=temperature)).temperature == temperature


def test_a_bias_and_a_slope_that_were_put_in_come_out():
    found = FITS["temperature and bias"](made(bias=-1.0))
    assert (found.temperature, found.bias) == (1.0, pytest.approx(-1.0, abs=0.1))
    sample = made(temperature=2.0, slope=0.7, bias=0.5)
    scores = sample.scores(FITS["temperature, slope and bias"](sample))
    odds = log_odds(sample.chances[:, 0])
    expected = chance_of(0.7 * odds / 2.0 + 0.5)
    assert np.abs(scores - expected).mean() < 0.02


def test_entities_that_are_all_right_make_no_score_certain():
    sample = made(count=200)
    sample = Sample(sample.chances, np.ones(200, dtype=bool), sample.parts)
    for fit in FITS.values():
        calibration = fit(sample)
        assert 1 / 4 <= calibration.temperature <= 4 and calibration.slope > 0
        assert np.isfinite(sample.scores(calibration)).all()


def test_crossing_fits_each_fold_to_the_others_only():
    sample, seen = made(count=100), []

    def fit(part):
        seen.append(set(part.parts.tolist()))
        return Calibration(bias=float(len(seen)))

    scores = crossed(sample, fit)
    assert seen == [set(range(FOLDS)) - {part} for part in range(FOLDS)]
    for part in range(FOLDS):
        expected = Calibration(bias=part + 1.0).scores(sample.chances[sample.parts == part, 0])
        assert scores[sample.parts == part].tolist() == expected.tolist()


def test_what_is_chosen_has_the_least_error_and_calms_an_overconfident_tagger():
    found = fitted(made(temperature=2.0))
    errors = {name: trial.error for name, trial in found.trials.items()}
    assert errors[found.chosen] == min(errors.values()) < 0.02 < errors["none"]


def test_too_few_entities_are_fitted_to_nothing():
    assert fitted(made(count=FEWEST - 1)).chosen is None
    assert fitted(made(count=FEWEST)).chosen is not None


def test_a_taggers_sample_has_its_scores_at_each_temperature(tiny_run):
    tagger = ner.load(tiny_run, device="cpu")
    gold, _ = read((SAMPLE / "dev.bio").read_bytes(), "columns")
    sample = sampled(tagger, gold)
    for temperature in (1.0, 2.0):
        found = list(tagger.calibrated(Calibration(temperature)).pipe_documents(gold))
        expected = [entity.score for one in found for entity in one.entities]
        column = TEMPERATURES.index(temperature)
        assert sample.chances[:, column].tolist() == pytest.approx(expected)
    places = [place % FOLDS for place, one in enumerate(found) for _ in one.entities]
    assert sample.parts.tolist() == places
    true = [set(one.entities) for one in gold]
    spans = [{(e.start, e.end, e.label) for e in one} for one in true]
    assert sample.right.tolist() == [
        (e.start, e.end, e.label) in own
        for own, one in zip(spans, found, strict=True)
        for e in one.entities
    ]
