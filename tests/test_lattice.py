"""The lattice's answers equal those found by writing out every path."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.lattice import Lattice, Transitions

CLOSED = -10_000.0
PARTS = ("start", "end", "between")


def _chain(rng, tags):
    """Random scores, a third of them closed; tag 0 may stand anywhere and continues nothing."""
    shut = rng.random((tags + 2, tags)) < 1 / 3
    shut[:, 0] = shut[0] = False
    scores = np.where(shut, CLOSED, rng.normal(size=shut.shape) * 2)
    start, end = scores[-2].copy(), scores[-1].copy()
    continues = rng.random((tags, tags)) < 0.5
    continues[:, 0] = False
    return Transitions(start, end, scores[:tags], continues)


def _every_path(emissions, chain):
    """All paths over (length, tags) emissions, and the score of each."""
    length, tags = emissions.shape
    paths = np.array(list(product(range(tags), repeat=length)))  # (paths, length)
    scores = chain.start[paths[:, 0]] + chain.end[paths[:, -1]]
    scores = scores + emissions[np.arange(length), paths].sum(axis=1)
    return paths, scores + chain.between[paths[:, :-1], paths[:, 1:]].sum(axis=1)


def _batch(seed, *, padding=0.0):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 6, size=4)
    tags = int(rng.integers(2, 5))
    emissions = rng.normal(size=(4, lengths.max(), tags)) * 2
    emissions[np.arange(lengths.max()) >= lengths[:, None]] = padding
    return emissions, lengths, _chain(rng, tags)


SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
def test_the_tags_are_those_of_the_best_path(seed):
    emissions, lengths, chain = _batch(seed)
    found = Lattice(emissions, lengths, chain).tags
    for own, length, tags in zip(emissions, lengths, found, strict=True):
        paths, scores = _every_path(own[:length], chain)
        assert tags == paths[scores.argmax()].tolist()


@given(SEEDS)
def test_a_spans_probability_is_that_of_all_paths_that_have_it_and_do_not_go_on(seed):
    emissions, lengths, chain = _batch(seed)
    lattice = Lattice(emissions, lengths, chain)
    for sentence, length in enumerate(lengths.tolist()):
        paths, scores = _every_path(emissions[sentence, :length], chain)
        shares = np.exp(scores - scores.max())
        best = np.array(lattice.tags[sentence])
        for start, end in combinations(range(length + 1), 2):
            holds = (paths[:, start:end] == best[start:end]).all(axis=1)
            if end < length:
                holds &= ~chain.continues[paths[:, end - 1], paths[:, end]]
            expected = shares[holds].sum() / shares.sum()
            assert lattice.probability(sentence, start, end) == pytest.approx(expected, abs=1e-9)


@given(SEEDS)
def test_any_tags_of_a_span_have_the_probability_of_all_paths_with_them(seed):
    emissions, lengths, chain = _batch(seed)
    tags = np.random.default_rng(seed).integers(emissions.shape[-1], size=emissions.shape[:2])
    lattice = Lattice(emissions, lengths, chain)
    for sentence, length in enumerate(lengths.tolist()):
        paths, scores = _every_path(emissions[sentence, :length], chain)
        shares = np.exp(scores - scores.max())
        for start, end in combinations(range(length + 1), 2):
            holds = (paths[:, start:end] == tags[sentence, start:end]).all(axis=1)
            if end < length:
                holds &= ~chain.continues[paths[:, end - 1], paths[:, end]]
            (found,) = lattice.probabilities([sentence], [start], [end], tags=tags)
            assert found == pytest.approx(shares[holds].sum() / shares.sum(), abs=1e-9)


def _likely(paths, shares, chain, opening, least):
    """Every span with tags that all paths together give ``least`` or more, by the paths."""
    found = {}
    length = paths.shape[1]
    for start, end in combinations(range(length + 1), 2):
        for tags in set(map(tuple, paths[:, start:end].tolist())):
            if tags[0] in opening and all(chain.continues[tags[:-1], tags[1:]]):
                holds = (paths[:, start:end] == tags).all(axis=1)
                if end < length:
                    holds &= ~chain.continues[tags[-1], paths[:, end]]
                found[start, tags] = shares[holds].sum() / shares.sum()
    return {span: share for span, share in found.items() if share >= least}


@given(SEEDS, st.sampled_from([0.01, 0.1, 0.3, 0.6]), st.sampled_from([1.0, 2.0]))
def test_likely_spans_are_all_that_the_paths_give_so_much(seed, least, temperature):
    emissions, lengths, chain = _batch(seed, padding=np.nan)
    opening = np.arange(1, emissions.shape[-1])[: 1 + seed % 2]
    lattice = Lattice(emissions, lengths, chain)
    found = [{} for _ in lengths]
    for spans in lattice.likely(opening, least=least, temperature=temperature):
        for sentence, start, tags, chance in zip(*spans, strict=True):
            found[sentence][int(start), tuple(tags.tolist())] = chance
    for own, length, spans in zip(emissions, lengths.tolist(), found, strict=True):
        paths, scores = _every_path(own[:length], chain)
        shares = np.exp((scores - scores.max()) / temperature) * (scores > CLOSED / 2)
        expected = _likely(paths, shares, chain, set(opening.tolist()), least)
        assert spans == pytest.approx(expected, abs=1e-9)


@given(SEEDS)
def test_a_whole_sentences_probability_is_that_of_its_best_path(seed):
    emissions, lengths, chain = _batch(seed)
    lattice = Lattice(emissions, lengths, chain)
    for sentence, length in enumerate(lengths.tolist()):
        _, scores = _every_path(emissions[sentence, :length], chain)
        expected = 1 / np.exp(scores - scores.max()).sum()
        assert lattice.probability(sentence, 0, length) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("garbage", [1e300, -1e300, np.nan, np.inf, -np.inf])
def test_padding_changes_nothing(garbage):
    for seed in range(10):
        clean, dirty = (Lattice(*_batch(seed, padding=padding)) for padding in (0.0, garbage))
        assert dirty.tags == clean.tags
        for sentence, length in enumerate(clean.lengths.tolist()):
            for start, end in combinations(range(length + 1), 2):
                span = (sentence, start, end)
                assert dirty.probability(*span) == clean.probability(*span)


@given(SEEDS)
def test_sure_scores_stay_finite_and_exact(seed):
    emissions, lengths, chain = _batch(seed)
    sure = np.sign(emissions) * 300 + emissions
    lattice = Lattice(sure, lengths, chain)
    for sentence, length in enumerate(lengths.tolist()):
        paths, scores = _every_path(sure[sentence, :length], chain)
        assert lattice.tags[sentence] == paths[scores.argmax()].tolist()
        expected = 1 / np.exp(scores - scores.max()).sum()
        assert lattice.probability(sentence, 0, length) == pytest.approx(expected, abs=1e-9)


def test_a_sentence_alone_has_the_same_answers_as_in_a_batch():
    emissions, lengths, chain = _batch(7)
    together = Lattice(emissions, lengths, chain)
    for place, length in enumerate(lengths.tolist()):
        alone = Lattice(emissions[place : place + 1, :length], lengths[place : place + 1], chain)
        assert alone.tags == together.tags[place : place + 1]
        probability = together.probability(place, 0, 1)
        assert alone.probability(0, 0, 1) == pytest.approx(probability, abs=1e-12)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_long_sentence_neither_overflows_nor_fades(kind):
    emissions = (np.random.default_rng(0).normal(size=(1, 20_000, 3)) * 30).astype(kind)
    chain = Transitions(np.zeros(3), np.zeros(3), np.zeros((3, 3)), np.zeros((3, 3), dtype=bool))
    lattice = Lattice(emissions, np.array([20_000]), chain)
    assert lattice.tags == emissions.argmax(axis=2).tolist()
    emissions = emissions.astype(np.float64)
    shares = np.exp(emissions[0, 1500] - emissions[0, 1500].max())
    expected = shares.max() / shares.sum()
    assert lattice.probability(0, 1500, 1501) == pytest.approx(expected, abs=1e-9)


def test_beside_a_large_score_small_ones_count():
    emissions = np.array([[[5e5, 0], [0, 0.01], [0, 0]]], dtype=np.float32)
    chain = Transitions(np.zeros(2), np.zeros(2), np.zeros((2, 2)), np.zeros((2, 2), dtype=bool))
    assert Lattice(emissions, np.array([3]), chain).tags == [[0, 1, 0]]


def _step_by_step(emissions, chain):
    """The best path of one sentence, a tag at a time; of equal ones the first."""
    score, back = chain.start + emissions[0], []
    for own in emissions[1:]:
        paths = score[:, None] + chain.between
        back.append(paths.argmax(axis=0))
        score = paths.max(axis=0) + own
    path = [int((score + chain.end).argmax())]
    for best in reversed(back):
        path.append(int(best[path[-1]]))
    return path[::-1]


@given(SEEDS, st.booleans())
def test_many_tags_and_long_sentences_have_the_path_that_single_steps_find(seed, whole):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 40, size=9)
    emissions = rng.normal(size=(9, 40, 13)).astype(np.float32) * 2
    chain = _chain(rng, 13)
    if whole:  # many ties
        emissions = emissions.round()
        chain = replace(chain, **{n: getattr(chain, n).round() for n in PARTS})
    found = Lattice(emissions, lengths, chain).tags
    assert found == [
        _step_by_step(own[:length].astype(np.float64), chain)
        for own, length in zip(emissions, lengths, strict=True)
    ]


@given(SEEDS, st.sampled_from([0.5, 1.0, 3.0]))
def test_a_temperature_divides_the_scores_and_leaves_the_path(seed, temperature):
    emissions, lengths, chain = _batch(seed)
    lattice = Lattice(emissions, lengths, chain)
    rows = np.arange(len(lengths))
    found = lattice.probabilities(rows, rows * 0, lengths, temperature=temperature)
    for sentence, length in enumerate(lengths.tolist()):
        _, scores = _every_path(emissions[sentence, :length], chain)
        legal = scores[scores > CLOSED / 2]
        expected = 1 / np.exp((legal - legal.max()) / temperature).sum()
        assert found[sentence] == pytest.approx(expected, abs=1e-9)


@given(SEEDS)
def test_spans_asked_together_are_as_those_asked_alone(seed):
    emissions, lengths, chain = _batch(seed)
    lattice = Lattice(emissions, lengths, chain)
    spans = [
        (sentence, start, end)
        for sentence, length in enumerate(lengths.tolist())
        for start, end in combinations(range(length + 1), 2)
        if sentence != 2
    ]
    np.random.default_rng(seed).shuffle(spans)
    found = lattice.probabilities(*zip(*spans, strict=True))
    assert found.tolist() == pytest.approx([lattice.probability(*span) for span in spans])


def test_no_spans_have_no_probabilities():
    assert Lattice(*_batch(3)).probabilities([], [], []).tolist() == []


@given(SEEDS, st.integers(1, 9), st.sampled_from([1.0, 2.0]))
def test_the_best_paths_are_the_first_of_all_legal_ones(seed, count, temperature):
    emissions, lengths, chain = _batch(seed)
    found = Lattice(emissions, lengths, chain).n_best(count, temperature=temperature)
    for own, length, paths in zip(emissions, lengths.tolist(), found, strict=True):
        every, scores = _every_path(own[:length], chain)
        legal = scores > CLOSED / 2
        every, scores = every[legal], scores[legal]
        order = np.argsort(-scores)[:count]
        shares = np.exp((scores - scores.max()) / temperature)
        assert [tags for tags, _ in paths] == every[order].tolist()
        expected = shares[order] / shares.sum()
        assert [share for _, share in paths] == pytest.approx(expected.tolist(), abs=1e-9)


def test_a_chain_with_fewer_legal_paths_gives_fewer():
    shut = np.array([[CLOSED, 0.0], [0.0, CLOSED]])
    chain = Transitions(np.zeros(2), np.array([0.0, CLOSED]), shut, np.zeros((2, 2), dtype=bool))
    ((path, share),) = Lattice(np.ones((1, 4, 2)), np.array([4]), chain).n_best(5)[0]
    assert (path, share) == ([1, 0, 1, 0], pytest.approx(1.0))
