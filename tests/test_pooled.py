"""Averaged chains are the logarithmic opinion pool of their members, found by writing out paths."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.lattice import CLOSED, Lattice, Transitions, pooled

SEEDS = st.integers(0, 2**32 - 1)
LENGTHS = np.array([4, 1, 3])
TAGS = 3


def chains(seed, count):
    """Chains over the same sentences, with the same closed steps."""
    rng = np.random.default_rng(seed)
    shut = rng.random((TAGS, TAGS)) < 0.3
    shut[:, 0] = False
    continues = np.zeros((TAGS, TAGS), dtype=bool)
    continues[1, 2] = True
    made = []
    for _ in range(count):
        between = np.where(shut, CLOSED, rng.normal(size=(TAGS, TAGS)))
        start, end = rng.normal(size=TAGS), rng.normal(size=TAGS)
        emissions = 2 * rng.normal(size=(len(LENGTHS), 4, TAGS))
        made.append(Lattice(emissions, LENGTHS, Transitions(start, end, between, continues)))
    return made


def distribution(lattice, sentence):
    """The probability of every path."""
    chain, emissions = lattice.transitions, lattice.emissions[sentence]
    paths = list(product(range(TAGS), repeat=int(LENGTHS[sentence])))
    scores = np.array(
        [
            chain.start[path[0]]
            + chain.end[path[-1]]
            + sum(emissions[place, tag] for place, tag in enumerate(path))
            + sum(chain.between[one, other] for one, other in zip(path, path[1:], strict=False))
            for path in paths
        ]
    )
    chances = np.exp(scores - scores.max())
    return paths, chances / chances.sum()


@given(SEEDS, st.integers(2, 4))
def test_the_pool_is_the_geometric_mean_of_the_members_distributions(seed, count):
    members = chains(seed, count)
    found = pooled(members)
    for sentence, length in enumerate(LENGTHS.tolist()):
        paths, _ = distribution(members[0], sentence)
        with np.errstate(divide="ignore"):
            logs = [np.log(distribution(one, sentence)[1]) for one in members]
        expected = np.exp(np.mean(logs, axis=0))
        expected /= expected.sum()
        best = int(expected.argmax())
        assert found.tags[sentence] == list(paths[best])
        assert found.probability(sentence, 0, length) == pytest.approx(expected[best], rel=1e-6)


@given(SEEDS)
def test_what_is_closed_stays_closed(seed):
    members = chains(seed, 3)
    closed = members[0].transitions.between == CLOSED
    assert (np.exp(pooled(members).transitions.between)[closed] == 0).all()
    for path in pooled(members).tags:
        assert not any(closed[one, other] for one, other in zip(path, path[1:], strict=False))


@given(SEEDS)
def test_a_chain_pooled_with_itself_is_itself(seed):
    (own,) = chains(seed, 1)
    found = pooled([own, own])
    assert found.tags == own.tags
    for sentence, length in enumerate(LENGTHS.tolist()):
        expected = own.probability(sentence, 0, length)
        assert found.probability(sentence, 0, length) == pytest.approx(expected)


@given(SEEDS)
def test_the_probability_of_a_whole_sentence_is_that_of_its_best_path(seed):
    (own,) = chains(seed, 1)
    for sentence, length in enumerate(LENGTHS.tolist()):
        _, chances = distribution(own, sentence)
        assert own.probability(sentence, 0, length) == pytest.approx(chances.max())
