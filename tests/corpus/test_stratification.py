"""Groups spread over parts: the rule followed step by step, and how near the shares come."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.corpus.stratification import Weight, distribute

labels = st.dictionaries(st.sampled_from("ABC"), st.integers(1, 4), max_size=3).map(Counter)
weights = st.lists(st.builds(Weight, labels, st.integers(1, 3)), max_size=12)
shares = st.lists(st.integers(1, 8), min_size=2, max_size=3).map(
    lambda parts: [part / sum(parts) for part in parts]
)


def slowly(weights, shares):
    """The same as the paper says it: look everything up anew before each label."""
    parts = [None] * len(weights)

    def lacking(part, label=None):
        def size(weight):
            return weight.labels[label] if label else weight.size

        held = sum(size(w) for w, chosen in zip(weights, parts, strict=True) if chosen == part)
        return shares[part] * sum(map(size, weights)) - held

    def place(chosen, label=None):
        for one in chosen:
            wanted = [(lacking(part, label), lacking(part), -part) for part in range(len(shares))]
            near = [tuple(round(value, 6) for value in each) for each in wanted]
            parts[one] = near.index(max(near))

    while True:
        free = [one for one, part in enumerate(parts) if part is None]
        left = sum((weights[one].labels for one in free), Counter())
        if not left:
            break
        label = min(left, key=lambda name: (left[name], name))
        holders = [one for one in free if label in weights[one].labels]
        place(sorted(holders, key=lambda one: -weights[one].labels[label]), label)
    place(sorted(free, key=lambda one: -weights[one].size))
    return parts


@given(weights, st.sampled_from([[0.5, 0.5], [0.75, 0.25], [0.5, 0.25, 0.25]]))
def test_groups_go_where_a_slow_search_would_put_them(weights, shares):
    """With shares that binary fractions hold exactly, so that ties are ties."""
    assert distribute(weights, shares) == slowly(weights, shares)


@given(st.lists(st.sampled_from("ABC"), max_size=60), shares)
def test_single_entities_come_near_their_shares(drawn, shares):
    weights = [Weight(Counter([label]), 1) for label in drawn]
    parts = distribute(weights, shares)
    for label, whole in Counter(drawn).items():
        for part, share in enumerate(shares):
            held = sum(one == label for one, at in zip(drawn, parts, strict=True) if at == part)
            assert abs(held - share * whole) < 2


@given(st.integers(0, 200), shares)
def test_groups_without_entities_fill_the_parts_by_size(count, shares):
    parts = Counter(distribute([Weight(Counter(), 1)] * count, shares))
    assert all(abs(parts[part] - share * count) < 2 for part, share in enumerate(shares))


def test_the_rarest_label_is_placed_first():
    """Placed by B, the holder of A would fill train; placed by A, it does so, and B makes room."""
    common = [Weight(Counter("B"), 1)] * 3
    parts = distribute([*common, Weight(Counter("AB"), 1)], [0.5, 0.5])
    assert parts[3] == 0
    assert sorted(parts[:3]) == [0, 1, 1]


@pytest.mark.parametrize("many", [20_000])
def test_many_labels_take_no_quadratic_time(many):
    weights = [Weight(Counter({f"L{n}": 1, f"L{n + 1}": 1}), 1) for n in range(many)]
    parts = Counter(distribute(weights, [0.8, 0.2]))
    assert parts.total() == many
