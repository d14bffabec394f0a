"""Entities that are found for their score, whatever the best path says, and the score it takes."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import read
from trained import SAMPLE, SENTENCES, annotated

import ner
from ner.calibration import Calibration
from ner.evaluation import score
from ner.tagging.dictionary import Dictionary
from ner.tagging.exceeding import Candidate, apart
from ner.tagging.thresholds import THRESHOLDS, fit_threshold

TEXTS = [annotated(marked).text for marked in SENTENCES]
SHORT = ["陶小满", "衢州雨", "在丽水", "骆一"]
CALIBRATIONS = [Calibration(), Calibration(2.0), Calibration(1.5, 0.8, 0.3)]
SPANS = st.tuples(st.integers(0, 9), st.integers(1, 4), st.floats(0, 1))
CANDIDATES = st.lists(SPANS, max_size=8, unique_by=lambda one: one[:2]).map(
    lambda spans: [
        Candidate(start + size, start, np.zeros(size, int), x) for start, size, x in spans
    ]
)


def overlap(one, other):
    return one.start < other.end and other.start < one.end


@given(CANDIDATES)
def test_none_over_another_exceed_by_more_in_sum(candidates):
    found = apart(candidates)
    assert not any(overlap(*pair) for pair in combinations(found, 2))
    sums = [
        sum(one.excess for one in chosen)
        for count in range(len(candidates) + 1)
        for chosen in combinations(candidates, count)
        if not any(overlap(*pair) for pair in combinations(chosen, 2))
    ]
    assert sum(one.excess for one in found) == pytest.approx(max(sums))
    assert [one.start for one in found] == sorted(one.start for one in found)


@pytest.fixture(scope="module")
def tagger(tiny_run):
    return ner.load(tiny_run, device="cpu")


def spans_of(entities):
    return {(one.start, one.end, one.label) for one in entities}


@pytest.mark.parametrize("calibration", CALIBRATIONS)
@pytest.mark.parametrize("text", SHORT)
def test_what_reaches_a_score_of_a_half_or_more_is_found(tagger, text, calibration):
    """Of a short text all readings are known, so how probable each entity is, too."""
    chances = Counter()
    for reading in tagger.calibrated(calibration).n_best(text, 100_000):
        chances.update(dict.fromkeys(reading.entities, reading.probability))
    scores = {one: calibration.scores(np.array(chance)) for one, chance in chances.items()}
    for threshold in (0.5, 0.6, 0.9):
        least = calibration.chances(np.array(threshold))
        if least < 0.5:
            continue  # there may be two over each other
        found = tagger.calibrated(replace(calibration, threshold=threshold))(text).entities
        expected = {one for one, own in scores.items() if own >= threshold}
        assert spans_of(found) == spans_of(expected)
        by_span = {next(iter(spans_of([one]))): own for one, own in scores.items()}
        for one in found:
            assert one.score == pytest.approx(by_span[one.start, one.end, one.label], abs=1e-6)


@pytest.mark.parametrize("threshold", [0.05, 0.1, 0.2])
def test_a_lower_threshold_finds_more_and_none_over_another(tagger, threshold):
    found = tagger.calibrated(Calibration(2.0, threshold=threshold))(TEXTS)
    for text, own in zip(TEXTS, found, strict=True):
        assert all(one.score >= threshold - 1e-9 for one in own.entities)
        assert not any(overlap(*pair) for pair in combinations(own.entities, 2))
        assert all(text[one.start : one.end] == one.text for one in own.entities)
    higher = tagger.calibrated(Calibration(2.0, threshold=2 * threshold))(TEXTS)
    assert sum(len(one.entities) for one in found) > sum(len(one.entities) for one in higher)


def test_what_a_dictionary_forces_or_forbids_holds_with_a_threshold_too(tagger):
    low = tagger.calibrated(Calibration(2.0, threshold=0.05))
    free = spans_of(low(TEXTS[0]).entities)
    forced = low.with_dictionary(Dictionary.of([("小满", "LOC")]))(TEXTS[0]).entities
    assert (1, 3, "LOC") in spans_of(forced) - free
    assert not any(overlap(*pair) for pair in combinations(forced, 2))
    start, end, label = min(free)
    closed = low.with_dictionary(Dictionary.of([(TEXTS[0][start:end], label)], "forbid"))
    assert (start, end, label) not in spans_of(closed(TEXTS[0]).entities)


def test_the_threshold_of_most_f1_is_taken(tagger):
    gold = list(read((SAMPLE / "dev.bio").read_bytes(), "columns")[0])
    for calibration in CALIBRATIONS:
        fitted = fit_threshold(tagger, calibration, gold)
        assert list(fitted.by_threshold) == list(THRESHOLDS)
        for value, expected in [(None, fitted.by_path), *fitted.by_threshold.items()]:
            tag = tagger.calibrated(replace(calibration, threshold=value))
            assert score(gold, list(tag.pipe_documents(gold))).overall.f1 == pytest.approx(expected)
        best = max(fitted.by_path, *fitted.by_threshold.values())
        assert fitted.f1 == best
        assert (fitted.value is None) == (fitted.by_path == best)
        assert f"{100 * fitted.by_path:.2f} by the best path" in str(fitted)
