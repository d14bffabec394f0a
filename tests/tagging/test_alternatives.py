"""Other readings of a text, and the entities that are too doubtful to be told."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trained import SENTENCES, annotated

import ner
from ner.document import Document, Entity
from ner.errors import ConfigError
from ner.tagging.alternatives import NOTHING, Alternative, combined

CHANCES = st.lists(st.floats(0.01, 1), min_size=1, max_size=4).map(lambda one: sorted(one)[::-1])
TEXTS = [annotated(marked).text for marked in SENTENCES]


@given(st.lists(CHANCES, max_size=4), st.integers(1, 6))
def test_readings_of_sentences_make_the_best_ones_of_their_text(parts, count):
    readings = [
        [Alternative((Entity("甲", f"{place}", n, n + 1),), share) for n, share in enumerate(part)]
        for place, part in enumerate(parts)
    ]
    found = combined(readings, count)
    every = sorted((_product(one) for one in product(*parts)), reverse=True)[:count]
    assert [one.probability for one in found] == pytest.approx(every)
    assert all(len(one.entities) == len(parts) for one in found)


def _product(shares):
    whole = 1.0
    for share in shares:
        whole *= share
    return whole


def test_a_sentence_without_readings_leaves_its_text_without():
    assert combined([[NOTHING], []], 3) == []


def test_the_first_reading_is_what_the_tagger_finds(tagger):
    for text in TEXTS:
        readings = tagger.n_best(text, 5)
        spans = [[(e.start, e.end, e.label) for e in one.entities] for one in readings]
        assert spans[0] == [(e.start, e.end, e.label) for e in tagger(text).entities]
        assert len({tuple(one) for one in spans}) == len(readings) == 5
        shares = [one.probability for one in readings]
        assert shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 1 + 1e-9
        assert all(text[e.start : e.end] == e.text for one in readings for e in one.entities)


def test_the_readings_of_a_short_text_are_all_there_is(tagger):
    readings = tagger.n_best("陶小", 10_000)
    assert sum(one.probability for one in readings) == pytest.approx(1)
    assert len({one.entities for one in readings}) == len(readings)


def test_an_entitys_score_is_the_sum_of_the_readings_that_have_it(tagger):
    text = "陶小满说"
    readings = tagger.n_best(text, 10_000)
    for entity in tagger(text).entities:
        share = sum(one.probability for one in readings if entity in _scored(one, entity))
        assert share == pytest.approx(entity.score, abs=1e-6)


def _scored(reading, like):
    return [Entity(e.text, e.label, e.start, e.end, like.score) for e in reading.entities]


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_reading_is_refused(tagger, count):
    with pytest.raises(ConfigError, match=f"expected 1 reading or more, got {count}"):
        tagger.n_best("陶小满说", count)


def test_an_empty_text_has_one_reading(tagger):
    assert tagger.n_best("", 3) == [NOTHING]


def test_a_text_longer_than_a_window_has_no_readings(tiny_run):
    narrow = ner.load(tiny_run, device="cpu", window=16)
    assert narrow.n_best("雨" * 16, 2) != []
    assert narrow.n_best("雨" * 17, 2) == []


def test_sentences_of_a_document_are_read_together(tagger):
    text = TEXTS[0] + TEXTS[1]
    document = Document(text, spans=((0, len(TEXTS[0])), (len(TEXTS[0]), len(text))))
    ((found, readings),) = tagger.pipe_alternatives([document], 3)
    alone = [tagger.n_best(one, 3) for one in TEXTS[:2]]
    share = alone[0][0].probability * alone[1][0].probability
    assert readings[0].probability == pytest.approx(share, abs=1e-5)
    spans = [(e.start, e.end, e.label) for e in readings[0].entities]
    assert spans == [(e.start, e.end, e.label) for e in found.entities]


def test_a_least_score_leaves_out_what_is_below(tiny_run, tagger):
    found = tagger(TEXTS)
    scores = sorted(entity.score for one in found for entity in one.entities)
    least = scores[len(scores) // 2]
    sure = ner.load(tiny_run, device="cpu", min_score=least)(TEXTS)
    expected = [[e for e in one.entities if e.score >= least] for one in found]
    assert [list(one.entities) for one in sure] == expected
    assert 0 < sum(map(len, expected)) < len(scores)
