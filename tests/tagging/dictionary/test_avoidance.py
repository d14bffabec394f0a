"""The best path without forbidden entities, held against all paths written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebook import Mark, chain, laid, paths

from ner.lattice import CLOSED, Lattice
from ner.tagging.dictionary import avoidance
from ner.tagging.dictionary.avoidance import avoiding
from ner.tagging.dictionary.spelling import Spelling
from ner.tags import tag_set

LENGTHS = (3, 6, 1, 5)
SEEDS = st.integers(0, 2**32 - 1)


def lattice_of(seed, scheme, labels, lengths=LENGTHS):
    """Chains that like entities, so that much of what is forbidden is on good paths."""
    rng = np.random.default_rng(seed)
    tags = tag_set(labels, scheme=scheme)
    emissions = rng.normal(size=(len(lengths), max(lengths), len(tags))) * 3
    emissions[..., tags.index("O")] -= 2
    return Lattice(emissions, np.array(lengths), chain(rng, tags, scheme)), tags


def without(lattice, bans, tags):
    """The chains without these, a list of start, end and label for each sentence."""
    spelling = Spelling(tags)
    marks = [[Mark(*ban, "forbid") for ban in own] for own in bans]
    return avoiding(lattice, laid(marks, spelling)["forbid"], spelling)


def allowed(lattice, row, bans, tags, scheme):
    """The paths of a sentence without these, from the best, with their scores."""
    emissions = lattice.emissions[row, : lattice.lengths[row]]
    closed = set(bans)
    every = paths(emissions, lattice.transitions, tuple(tags), scheme)
    free = [
        (score, path)
        for path, score, found in every
        if not any(one in closed or (*one[:2], "*") in closed for one in found)
    ]
    return sorted(free, reverse=True)


@settings(max_examples=100)
@given(SEEDS, st.sampled_from(["BIO", "BIOES", "BMES"]), st.data())
def test_every_sentence_of_a_batch_gets_its_best_path_whatever_is_forbidden(seed, scheme, data):
    lattice, tags = lattice_of(seed, scheme, ["X"])
    share = data.draw(st.sampled_from([0.2, 0.5, 0.9, 1.0]))
    far = data.draw(st.sampled_from([0.0, avoidance.FAR, np.inf]))  # held at once: few, most, all
    rng = np.random.default_rng(seed + 1)
    bans = [
        [
            (start, end, str(rng.choice(["X", "*"])))
            for start in range(length)
            for end in range(start + 1, length + 1)
            if rng.random() < share
        ]
        for length in LENGTHS
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(avoidance, "FAR", far)
        found = without(lattice, bans, tags)
    again = lattice.with_emissions(found.emissions)
    for row, own in enumerate(bans):
        score, best = allowed(lattice, row, own, tags, scheme)[0]
        assert found.tags[row] == again.tags[row] == best
        assert found.emissions[row][np.arange(len(best)), best].min() > CLOSED / 2
        assert np.isfinite(score)


@settings(max_examples=30)
@given(SEEDS, st.sampled_from(["BIO", "BIOES"]), st.sets(st.integers(0, 99), max_size=25))
def test_labels_are_forbidden_each_by_itself(seed, scheme, drawn):
    lattice, tags = lattice_of(seed, scheme, ["X", "Y"], (4, 4))
    spans = [(a, b, label) for a in range(4) for b in range(a + 1, 5) for label in "XY*"]
    bans = [[spans[n % len(spans)] for n in drawn], []]
    found = without(lattice, bans, tags)
    assert found.tags[0] == allowed(lattice, 0, bans[0], tags, scheme)[0][1]
    assert found.tags[1] == lattice.tags[1]
    assert (found.emissions[1] == lattice.emissions[1]).all()


@pytest.mark.parametrize("scheme", ["BIO", "BIOES"])
def test_a_long_sentence_in_which_everything_short_is_forbidden_keeps_its_longest(scheme):
    length = 80
    tags = tag_set(["X"], scheme=scheme)
    rng = np.random.default_rng(0)
    emissions = rng.normal(size=(1, length, len(tags)))
    emissions[..., tags.index("O")] -= 20
    lattice = Lattice(emissions, np.array([length]), chain(rng, tags, scheme))
    spans = [(a, b, "*") for a in range(length) for b in range(a + 1, length + 1)]
    bans = [span for span in spans if span[1] - span[0] < length]
    found = without(lattice, [bans], tags)
    first, inside, last = (f"{letter}-X" for letter in ("BII" if scheme == "BIO" else "BIE"))
    assert [tags[n] for n in found.tags[0]] == [first, *[inside] * (length - 2), last]


@pytest.mark.parametrize("scheme", ["BIO", "BIOES"])
def test_where_there_is_no_other_way_the_chain_stays_as_it_is(scheme):
    lattice, tags = lattice_of(4, scheme, ["X"])
    lattice.emissions[1] = CLOSED
    for place, letter in enumerate("BII" if scheme == "BIO" else "BIE"):
        lattice.emissions[1, place, tags.index(f"{letter}-X")] = 0
    lattice.emissions[1, 3:, tags.index("O")] = 0
    bans = [[], [(0, 3, "X")], [(0, 1, "*")], []]
    found = without(lattice, bans, tags)
    assert found.tags[1] == lattice.tags[1]
    assert (found.emissions[1] == lattice.emissions[1]).all()
    assert found.tags[2] == [tags.index("O")]
