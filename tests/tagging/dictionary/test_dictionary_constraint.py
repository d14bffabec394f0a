"""Decoding under marks, held against all paths written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebook import Mark, chain, laid, paths

from ner.lattice import Lattice
from ner.tagging.dictionary import constraint
from ner.tagging.dictionary.spelling import Spelling
from ner.tags import encode, tag_set

SCHEMES = st.sampled_from(["BIO", "BIOES"])
SEEDS = st.integers(0, 2**32 - 1)
LENGTHS = (4, 3, 1)


def constrained(lattice, marks, spelling):
    return constraint.constrained(lattice, laid(marks, spelling), spelling)


def lattice_of(seed, scheme, labels):
    rng = np.random.default_rng(seed)
    tags = tag_set(labels, scheme=scheme)
    emissions = rng.normal(size=(len(LENGTHS), max(LENGTHS), len(tags))) * 3
    return Lattice(emissions, np.array(LENGTHS), chain(rng, tags, scheme)), tags


def rows_of(lattice, tags, scheme):
    for row, length in enumerate(LENGTHS):
        emissions = lattice.emissions[row, :length]
        yield row, list(paths(emissions, lattice.transitions, tuple(tags), scheme))


@settings(max_examples=40)
@given(SEEDS, SCHEMES, st.integers(0, 3), st.integers(1, 3))
def test_what_is_forced_is_there_and_the_rest_is_the_best_that_goes_with_it(
    seed, scheme, start, size
):
    lattice, tags = lattice_of(seed, scheme, ["X", "Y"])
    marks = [
        [Mark(start, min(start + size, length), "X", "force")] if start < length else []
        for length in LENGTHS
    ]
    found = constrained(lattice, marks, Spelling(tags))
    for row, everything in rows_of(lattice, tags, scheme):
        wanted = {one[:3] for one in marks[row]}
        fitting = [(score, path) for path, score, entities in everything if wanted <= entities]
        assert found.tags[row] == max(fitting)[1]
        for one in marks[row]:
            assert found.probability(row, one.start, one.end) == pytest.approx(1.0)


@settings(max_examples=40)
@given(SEEDS, SCHEMES)
def test_a_forced_entity_of_a_label_that_the_model_lacks_is_a_gap_to_it(seed, scheme):
    lattice, tags = lattice_of(seed, scheme, ["X"])
    marks = [[Mark(1, 3, "NEW", "force")], [], []]
    found = constrained(lattice, marks, Spelling(tags))
    everything = dict(rows_of(lattice, tags, scheme))[0]
    fitting = [(score, path) for path, score, _ in everything if path[1:3] == [0, 0]]
    assert found.tags[0] == max(fitting)[1]


@settings(max_examples=40)
@given(SEEDS, SCHEMES)
def test_next_best_paths_are_the_chains_own_given_what_is_forced(seed, scheme):
    lattice, tags = lattice_of(seed, scheme, ["X", "Y"])
    found = constrained(lattice, [[Mark(1, 3, "X", "force")], [], []], Spelling(tags)).n_best(3)
    everything = dict(rows_of(lattice, tags, scheme))[0]
    fitting = [(score, path) for path, score, entities in everything if (1, 3, "X") in entities]
    total = np.logaddexp.reduce([score for score, _ in fitting])
    best = sorted(fitting, reverse=True)[:3]
    own = [(path, chance) for path, chance in found[0] if chance > 0]
    assert [path for path, _ in own] == [path for _, path in best]
    expected = [np.exp(score - total) for score, _ in best]
    assert [chance for _, chance in own] == pytest.approx(expected)


@settings(max_examples=40)
@given(SEEDS, SCHEMES)
def test_two_forced_entities_side_by_side_stay_two(seed, scheme):
    lattice, tags = lattice_of(seed, scheme, ["X"])
    marks = [[Mark(2, 4, "X", "force"), Mark(0, 2, "X", "force")], [], []]
    found = constrained(lattice, marks, Spelling(tags))
    fitting = [
        (score, path)
        for path, score, entities in dict(rows_of(lattice, tags, scheme))[0]
        if {(0, 2, "X"), (2, 4, "X")} <= entities
    ]
    assert found.tags[0] == max(fitting)[1]


@settings(max_examples=40)
@given(SEEDS, SCHEMES, st.floats(-8, 8))
def test_a_bonus_is_weighed_against_all_else(seed, scheme, bonus):
    lattice, tags = lattice_of(seed, scheme, ["X", "Y"])
    spelling = Spelling(tags)
    spelled = [tags.index(tag) for tag in encode([(0, 3, "Y")], 3, scheme=scheme)[0]]
    found = constrained(lattice, [[Mark(1, 4, "Y", "prefer", bonus)], [], []], spelling)
    everything = dict(rows_of(lattice, tags, scheme))[0]
    raised = [
        (score + bonus / 3 * sum(a == b for a, b in zip(path[1:4], spelled, strict=True)), path)
        for path, score, _ in everything
    ]
    assert found.tags[0] == max(raised)[1]
    assert found.tags[1:] == lattice.tags[1:]


@pytest.mark.parametrize("scheme", ["BIO", "BIOES"])
def test_without_a_label_the_odds_of_the_mention_grow_by_the_bonus(scheme):
    lattice, tags = lattice_of(3, scheme, ["X"])
    spelling = Spelling(tags)
    marks = [[], [], [Mark(0, 1, "X", "prefer", 2.0)]]
    changed = constrained(lattice, marks, spelling)
    tag = tags.index({"BIO": "B-X", "BIOES": "S-X"}[scheme])
    scores = {path[0]: score for path, score, _ in dict(rows_of(lattice, tags, scheme))[2]}
    share = np.exp(scores[tag] + 2) / (np.exp(scores[0]) + np.exp(scores[tag] + 2))
    expected = share if changed.tags[2] == [tag] else 1 - share
    assert changed.probability(2, 0, 1) == pytest.approx(expected)


@settings(max_examples=40)
@given(SEEDS, SCHEMES, st.data())
def test_the_best_path_without_what_is_forbidden_is_found(seed, scheme, data):
    lattice, tags = lattice_of(seed, scheme, ["X", "Y"])
    everything = dict(rows_of(lattice, tags, scheme))
    ranked = sorted(everything[0], key=lambda one: -one[1])
    seen = sorted({entity for _, _, entities in ranked[:20] for entity in entities})
    picked = st.lists(st.sampled_from(seen), max_size=4) if seen else st.just([])
    anyway = [(0, 1, "*"), (1, 3, "*"), (2, 4, "X")]
    bans = data.draw(picked) + data.draw(st.lists(st.sampled_from(anyway), max_size=2))
    marks = [[Mark(*ban, "forbid") for ban in bans], [], [Mark(0, 1, "*", "forbid")]]
    found = constrained(lattice, marks, Spelling(tags))
    closed = {(s, e, one) for s, e, label in bans for one in ("X", "Y") if label in (one, "*")}
    best = next(path for path, _, entities in ranked if not closed & entities)
    assert found.tags[0] == best
    assert found.tags[1] == lattice.tags[1]
    assert found.tags[2] == [0]


@settings(max_examples=40)
@given(SEEDS, SCHEMES)
def test_forced_and_forbidden_go_together(seed, scheme):
    lattice, tags = lattice_of(seed, scheme, ["X", "Y"])
    marks = [[Mark(0, 2, "X", "force"), Mark(2, 4, "*", "forbid")], [], []]
    found = constrained(lattice, marks, Spelling(tags))
    fitting = [
        (score, path)
        for path, score, entities in dict(rows_of(lattice, tags, scheme))[0]
        if (0, 2, "X") in entities and not {(2, 4, "X"), (2, 4, "Y")} & entities
    ]
    assert found.tags[0] == max(fitting)[1]


def test_nothing_changes_without_marks():
    lattice, tags = lattice_of(1, "BIOES", ["X", "Y"])
    found = constrained(lattice, [[], [], []], Spelling(tags))
    assert found.tags == lattice.tags
    assert (found.emissions == lattice.emissions).all()
