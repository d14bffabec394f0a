"""The lattice's pairs of tags equal those found by writing out every path."""

import numpy as np
import pytest
from hypothesis import given, settings
from test_lattice import SEEDS, _batch, _every_path

from ner.lattice import Lattice


def expected(emissions, chain, temperature=1.0):
    """(characters, tags, tags) by enumeration, the first character's tags in row 0."""
    paths, scores = _every_path(emissions, chain)
    shares = np.where(scores < -5000, 0, np.exp((scores - scores.max()) / temperature))
    shares /= shares.sum()
    found = np.zeros((*emissions.shape, emissions.shape[1]))
    for path, share in zip(paths, shares, strict=True):
        found[0, 0, path[0]] += share
        found[np.arange(1, len(path)), path[:-1], path[1:]] += share
    return found


@settings(max_examples=25)
@given(SEEDS)
def test_pairs_are_those_of_all_paths(seed):
    emissions, lengths, chain = _batch(seed, padding=7.0)
    lattice = Lattice(emissions, lengths, chain)
    for temperature in (1.0, 3.0):
        found = lattice.soft_tags(least=0.0, temperature=temperature)
        for own, length, soft in zip(emissions, lengths, found, strict=True):
            by_hand = expected(own[:length], chain, temperature)
            np.testing.assert_allclose(soft.dense(), by_hand, atol=1e-3)


def test_rare_pairs_are_left_out_and_every_character_has_one():
    emissions, lengths, chain = _batch(5)
    lattice = Lattice(emissions, lengths, chain)
    (all_, few, one) = (lattice.soft_tags(least=least) for least in (0.0, 0.05, 1.0))
    for whole, some, single in zip(all_, few, one, strict=True):
        assert len(whole) == len(some) == len(single) == single.counts.sum()
        kept = np.sort(whole.probabilities[whole.probabilities > 0.05])
        assert kept.tolist() == pytest.approx(np.sort(some.probabilities).tolist())
        assert whole.pairs.dtype == np.uint8
