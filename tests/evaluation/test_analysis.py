"""Kinds of errors, intervals, scenarios and groups, held against the libraries and by counting."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import documents, entities, spans

from ner.document import Document, Entity
from ner.evaluation import score
from ner.evaluation.analysis import Subject, report
from ner.evaluation.bootstrap import counts, differences, figures, intervals
from ner.evaluation.groups import GROUPINGS, known
from ner.evaluation.kinds import BOTH, BOUNDARY, INVENTED, KINDS, MISSED, RIGHT, TYPE, matches
from ner.evaluation.pairs import LONG, Pair, pairs
from ner.evaluation.scenarios import SCENARIOS
from ner.evaluation.surroundings import train_of
from ner.tags import encode, spans_of

TEXT = "北京大学在海淀区，她去过。"


@st.composite
def both(draw):
    gold = draw(st.lists(documents(), min_size=1, max_size=4))
    found = [one.with_entities(entities(one.text, draw(spans(len(one.text))))) for one in gold]
    return gold, found


def pair(gold, found):
    return Pair(TEXT, entities(TEXT, gold), entities(TEXT, found))


@pytest.mark.parametrize(
    ("gold", "found", "expected"),
    [
        ([(0, 4, "ORG")], [(0, 4, "ORG")], [RIGHT]),
        ([(0, 4, "ORG")], [(0, 4, "LOC")], [TYPE]),
        ([(0, 4, "ORG")], [(0, 2, "ORG")], [BOUNDARY]),
        ([(0, 4, "ORG")], [(0, 2, "LOC")], [BOTH]),
        ([(0, 4, "ORG")], [(5, 8, "LOC")], [MISSED, INVENTED]),
        ([(0, 4, "ORG")], [(0, 2, "LOC"), (2, 4, "ORG")], [INVENTED, BOUNDARY]),
        ([(0, 2, "LOC"), (2, 4, "ORG")], [(0, 4, "ORG")], [MISSED, BOUNDARY]),
    ],
)
def test_each_entity_is_in_one_match(gold, found, expected):
    assert sorted(one.kind for one in matches(pair(gold, found))) == sorted(expected)


@settings(max_examples=50)
@given(both())
def test_figures_equal_those_of_seqeval_and_nervaluate(layers):
    nervaluate = pytest.importorskip("nervaluate")
    gold, found = layers
    strict = score(gold, found)
    made = report(gold, [Subject("one", found)], resamples=0).to_dict()
    kinds = made["errors"]["kinds"]
    right = round(strict.overall.recall * strict.overall.support)
    missing = sum(number for kind, number in kinds.items() if kind != INVENTED)
    beyond = sum(number for kind, number in kinds.items() if kind != MISSED)
    assert (right + missing, right + beyond) == (strict.overall.support, strict.predicted)
    assert made["scenarios"]["strict"]["f1"] == pytest.approx(strict.overall.f1)
    tags = [[encode(spans_of(one.entities), len(one.text))[0] for one in layer] for layer in layers]
    labels = {tag[2:] for layer in tags for one in layer for tag in one if tag != "O"}
    if labels:
        theirs = nervaluate.Evaluator(*tags, tags=sorted(labels), loader="list").evaluate()
        for name in SCENARIOS:
            assert made["scenarios"][name]["f1"] == theirs["overall"][name].f1
    for rows in made["groups"].values():
        assert sum(one["support"] for one in rows.values()) == strict.overall.support


def _counted(gold, found):
    return counts([matches(one) for one in pairs(gold, found)], ["LOC"])


def sampled(number, share, seed):
    """Sentences with an entity each, a share of which is found."""
    draw = np.random.default_rng(seed)
    gold = Document("苏州好", entities("苏州好", [(0, 2, "LOC")]))
    found = [gold if draw.random() < share else gold.with_entities(()) for _ in range(number)]
    return [gold] * number, found


def test_intervals_hold_the_figure_and_are_as_wide_as_theory_says():
    gold, found = sampled(400, 0.8, 1)
    counted = counts([matches(one) for one in pairs(gold, found)], ["LOC"])
    recall = figures(counted.sum(axis=0))[-1, 1]
    low, high = intervals(counted, resamples=2000)[-1][1]
    assert low < recall < high
    expected = 2 * 1.96 * (recall * (1 - recall) / 400) ** 0.5
    assert high - low == pytest.approx(expected, rel=0.15)
    assert intervals(counted, resamples=50) == intervals(counted, resamples=50)


def test_a_clear_difference_is_sure():
    gold, poor = sampled(300, 0.5, 2)
    _, good = sampled(300, 0.9, 3)
    first, better = (_counted(gold, found) for found in (poor, good))
    sure = differences(first, better, resamples=500)[-1]
    assert sure.p == pytest.approx(1 / 501) and 0 < sure.interval[0] < sure.f1 < sure.interval[1]
    assert differences(better, first, resamples=500)[-1].f1 == pytest.approx(-sure.f1)


def test_of_models_that_are_alike_about_one_in_twenty_seems_different():
    gold, _ = sampled(200, 0.5, 0)
    made = [_counted(gold, sampled(200, 0.5, seed)[1]) for seed in range(120)]
    alike = zip(made[::2], made[1::2], strict=True)
    ps = [differences(one, other, resamples=200)[-1].p for one, other in alike]
    assert sum(p <= 0.05 for p in ps) <= 9  # of 60; more than that has a chance of 0.2 %
    assert 0.35 < np.mean(ps) < 0.65  # evenly spread


@pytest.mark.parametrize(
    ("grouping", "text", "expected"),
    [
        ("seen in train", "苏州", "seen"),
        ("seen in train", "长江", "seen under another label"),
        ("seen in train", "黄山", "unseen"),
        ("labels in train", "长江", "one label"),
        ("labels in train", "西湖", "several labels"),
        ("entity length", "一二三四五", "5–6"),
        ("script", "臺灣", "traditional"),
        ("script", "陈", "simplified"),
        ("script", "王", "Han, alike in both"),
        ("script", "Intel", "Latin"),
        ("script", "３０１", "digits"),
        ("script", "5G网", "mixed"),
        ("script", "……", "other"),
    ],
)
def test_an_entity_is_in_its_group(grouping, text, expected):
    listed = [("苏州", "LOC"), ("长江", "ORG"), ("西湖", "LOC"), ("西湖", "ORG")]
    train = known(Document(t, (Entity(t, label, 0, len(t)),)) for t, label in listed)
    entity = Entity(text, "LOC", 0, len(text))
    group = GROUPINGS[grouping].group(entity, Pair(text, (entity,), ()), train)
    assert group == expected and group in GROUPINGS[grouping].names


@given(documents())
def test_every_group_is_one_of_the_table(document):
    for one in document.entities:
        for grouping in GROUPINGS.values():
            assert grouping.group(one, Pair(document.text, (), ()), {}) in grouping.names


def test_a_long_text_is_cut_at_sentence_ends_and_never_in_an_entity():
    sentence = "她去过苏州。" * (LONG // 5)
    across = Entity(sentence[4:8], "LOC", 4, 8)
    made = pairs([Document(sentence, (across,))], [Document(sentence)])
    assert "".join(one.text for one in made) == sentence and len(made) == LONG // 5 - 1
    assert made[0].gold == (across,)


def test_without_scores_there_is_no_curve_and_without_train_no_sight():
    document = Document(TEXT, entities(TEXT, [(0, 4, "ORG")]))
    made = report([document], [Subject("one", [document])], resamples=10).to_dict()
    assert made["calibration"] is None and "seen in train" not in made["groups"]
    scored = document.with_entities([replace(document.entities[0], score=0.75)])
    made = report([document], [Subject("one", [scored])], resamples=10).to_dict()
    assert made["calibration"][0]["number"] == 1 and made["errors"]["kinds"] == dict.fromkeys(
        KINDS, 0
    )


def test_no_documents_have_figures_too():
    made = report([], [Subject("one", []), Subject("other", [])], resamples=10).to_dict()
    assert made["sentences"] == 0
    assert made["intervals"]["overall"]["f1"] == (0, 0)
    assert made["difference"]["overall"]["p"] == 1


def test_fewer_draws_than_none_are_refused():
    document = Document(TEXT)
    with pytest.raises(ValueError, match="resamples: expected 1 or more, got -1"):
        report([document], [Subject("one", [document])], resamples=-1)


def test_where_train_is_not_known_it_says_why(tmp_path):
    documents_, why = train_of(tmp_path / "model")
    assert documents_ is None and "is in no run folder" in why
