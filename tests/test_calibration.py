"""Scores of probabilities, and the file that says how."""

import json

import numpy as np
import pytest

from ner.calibration import CALIBRATION, UNCHANGED, Calibration, read_calibration, write_calibration
from ner.errors import ModelError

CHANCES = np.array([0.0, 0.2, 0.5, 0.9, 1.0])


def test_without_slope_and_bias_scores_are_the_probabilities():
    assert Calibration(temperature=2.0).scores(CHANCES).tolist() == CHANCES.tolist()


def test_a_slope_and_a_bias_are_of_the_log_odds():
    found = Calibration(1.0, 0.5, -1.0).scores(CHANCES)
    odds = np.log(CHANCES[1:4] / (1 - CHANCES[1:4]))
    assert found[1:4].tolist() == pytest.approx((1 / (1 + np.exp(1 - 0.5 * odds))).tolist())
    assert (np.diff(found) > 0).all() and found.min() >= 0 and found.max() <= 1


def test_the_probability_of_a_score_has_that_score():
    for one in (Calibration(2.0), Calibration(1.0, 0.5, -1.0)):
        assert one.scores(one.chances(CHANCES[1:4])).tolist() == pytest.approx(CHANCES[1:4])


@pytest.mark.parametrize("threshold", [None, 0.35])
def test_what_is_written_is_read(tmp_path, threshold):
    kept = Calibration(1.5, 0.9, -0.25, threshold)
    assert write_calibration(tmp_path, kept, {"kind": "any"}) == tmp_path / CALIBRATION
    assert read_calibration(tmp_path) == kept


def test_a_file_from_before_there_were_thresholds_has_none(tmp_path):
    place = write_calibration(tmp_path, Calibration(1.5), {})
    about = json.loads(place.read_text())
    del about["threshold"]
    place.write_text(json.dumps(about))
    assert read_calibration(tmp_path) == Calibration(1.5)


def test_without_a_file_nothing_changes(tmp_path):
    assert read_calibration(tmp_path) == UNCHANGED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format_version": 9}, "calibration format 9, this version of ner reads format 1"),
        ({"temperature": 0}, "expected a temperature of 0.1 to 10 and a slope above 0, got 0 and"),
        ({"slope": -1}, "and a slope above 0, got 1.5 and -1"),
        ({"bias": "low"}, "expected three finite numbers, got [1.5, 1.0, 'low']"),
        ({"bias": float("nan")}, "expected three finite numbers"),
        ({"threshold": 1.0}, "threshold: got 1.0, expected 0…1 or null"),
        ({"threshold": "0.3"}, "threshold: got '0.3', expected 0…1 or null"),
        ({"threshold": True}, "threshold: got True, expected 0…1 or null"),
    ],
    ids=lambda one: str(one)[:20],
)
def test_a_file_that_cannot_be_is_named(tmp_path, change, message):
    place = write_calibration(tmp_path, Calibration(1.5), {})
    place.write_text(json.dumps({**json.loads(place.read_text()), **change}))
    with pytest.raises(ModelError) as raised:
        read_calibration(tmp_path)
    assert message in str(raised.value)
    assert str(place) in str(raised.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", "7", '{"format_version": 1}'])
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / CALIBRATION).write_text(content)
    with pytest.raises(ModelError, match="damaged"):
        read_calibration(tmp_path)
