"""Strict scores, held against matching sets of spans."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import LABELS, documents, entities, spans

from ner.document import Document
from ner.evaluation import Score, calibration_error, right_ones, score

TEXT = "阿梨和老许在泉州"
NOTHING = Score(0.0, 0.0, 0.0, 0)


def document(*found):
    return Document(TEXT, entities(TEXT, list(found)))


def places(found, label):
    """Every entity with this label, or with any for None, as (document, start, end, label)."""
    return {
        (number, entity.start, entity.end, entity.label)
        for number, one in enumerate(found)
        for entity in one.entities
        if label in (None, entity.label)
    }


def expected(gold, found, label=None):
    true, said = places(gold, label), places(found, label)
    right = len(true & said)
    precision = right / len(said) if said else 0.0
    recall = right / len(true) if true else 0.0
    f1 = 2 * right / (len(true) + len(said)) if right else 0.0
    return pytest.approx((precision, recall, f1, len(true)))


def figures(one):
    return (one.precision, one.recall, one.f1, one.support)


@settings(max_examples=50)
@given(st.lists(documents(min_size=0), min_size=1, max_size=3), st.data())
def test_scores_are_those_of_matching_sets_of_spans(gold, data):
    drawn = [data.draw(st.just(None) | spans(len(one.text))) for one in gold]
    found = [
        one if other is None else one.with_entities(entities(one.text, other))
        for one, other in zip(gold, drawn, strict=True)
    ]
    scores = score(gold, found)
    assert figures(scores.overall) == expected(gold, found)
    assert list(scores.labels) == sorted({e.label for one in (*gold, *found) for e in one.entities})
    for label, by_label in scores.labels.items():
        assert figures(by_label) == expected(gold, found, label)
    assert (scores.predicted, scores.unscored) == (len(places(found, None)), 0)


def test_boundaries_and_label_must_both_be_exact():
    gold = [document((0, 2, "PER"), (3, 5, "PER"), (6, 8, "LOC"))]
    found = [document((0, 2, "PER"), (3, 4, "PER"), (6, 8, "ORG"))]
    scores = score(gold, found)
    assert figures(scores.overall) == pytest.approx((1 / 3, 1 / 3, 1 / 3, 3))
    assert figures(scores.labels["PER"]) == (0.5, 0.5, 0.5, 2)
    assert scores.labels["LOC"] == Score(0.0, 0.0, 0.0, 1)
    assert scores.labels["ORG"] == NOTHING


@pytest.mark.parametrize("texts", [[], [""], [TEXT], [TEXT, ""]])
def test_without_any_entity_all_is_zero(texts):
    scores = score([Document(text) for text in texts], [Document(text) for text in texts])
    assert (scores.overall, scores.labels) == (NOTHING, {})
    assert (scores.predicted, scores.unscored) == (0, 0)


def test_with_entities_on_one_side_only_all_is_zero():
    some, none = [document((0, 2, "PER"))], [document()]
    missed, invented = score(some, none), score(none, some)
    assert (missed.overall, missed.predicted) == (Score(0.0, 0.0, 0.0, 1), 0)
    assert (invented.overall, invented.predicted) == (NOTHING, 1)


def test_nested_gold_entities_are_counted_and_left_out():
    gold = [document((0, 5, "ORG"), (0, 2, "PER"), (6, 8, "LOC")), document((0, 5, "ORG"))]
    scores = score(gold, [document((0, 5, "ORG"), (6, 8, "LOC"))] * 2)
    assert scores.unscored == 1
    assert (scores.overall.recall, scores.overall.support) == (1.0, 3)


@pytest.mark.parametrize("label", ["A-", "-A", "A-B", "A B", "_", "人名", "macro avg", "micro avg"])
def test_any_label_is_scored_under_its_own_name(label):
    right, wrong = document((0, 2, label), (6, 8, "LOC")), document((0, 2, label), (3, 5, "LOC"))
    scores = score([right], [wrong])
    assert scores.overall == Score(0.5, 0.5, 0.5, 2)
    assert scores.labels == {label: Score(1.0, 1.0, 1.0, 1), "LOC": Score(0.0, 0.0, 0.0, 1)}


@pytest.mark.parametrize("found", [[], ["阿梨和老许在泉"], [TEXT, TEXT]])
def test_other_texts_cannot_be_scored(found):
    with pytest.raises(ValueError, match="not the same texts"):
        score([document()], [Document(text) for text in found])


def test_scores_are_plain_data_for_json():
    plain = json.loads(json.dumps(score([document((0, 2, "PER"))], [document()]).to_dict()))
    none = {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}
    counts = {"predicted": 0, "unscored": 0, "calibration_error": None}
    assert plain == {"overall": none, "labels": {"PER": none}, **counts}


def test_the_random_documents_have_entities_of_every_label():
    """Without them the comparison above would prove nothing."""
    seen = Counter()

    @given(documents())
    def draw(one):
        seen.update(entity.label for entity in one.entities)

    draw()
    assert set(seen) == set(LABELS)


def test_the_calibration_error_is_the_mean_gap_of_the_bins_by_their_sizes():
    scores, right = [0.95, 0.91, 0.55, 0.1, 1.0], [True, False, True, False, True]
    top = abs(2 / 3 - (0.95 + 0.91 + 1.0) / 3)
    expected = 3 / 5 * top + 1 / 5 * 0.45 + 1 / 5 * 0.1
    assert calibration_error(scores, right) == pytest.approx(expected)
    assert calibration_error([], []) == 0


def test_scores_that_come_true_have_no_calibration_error():
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert calibration_error([1.0, 0.0], [True, False]) == 0


def test_an_entity_is_right_if_span_and_label_are_in_its_own_document():
    gold = [document((0, 2, "PER")), document((3, 5, "PER"), (6, 8, "LOC"))]
    found = [document((0, 2, "PER"), (3, 5, "PER")), document((3, 5, "LOC"), (6, 8, "LOC"))]
    assert right_ones(gold, found) == [True, False, False, True]


def test_the_calibration_error_needs_a_score_of_every_entity():
    gold = [document((0, 2, "PER"))]
    sure = [one.with_entities([replace(one.entities[0], score=0.75)]) for one in gold]
    assert score(gold, sure).calibration_error == pytest.approx(0.25)
    assert score(gold, gold).calibration_error is None
