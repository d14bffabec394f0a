"""Every mechanism with every score equals its formula, a pair after the other in plain Python."""

from copy import deepcopy

import by_hand
import pytest
import torch
from mechanisms import (
    HEAD_SIZE,
    HEADS,
    SHAPES,
    SIZE,
    case_of,
    context_of,
    doubled,
    every_deterministic_one,
    every_mode,
    every_score,
    every_variant,
    mechanism_of,
    weights_of,
)

from ner.model.attention import estimators
from ner.model.attention.heads import Attention


def _noise(like):
    """The same for all draws of a shape: standard Gumbel, by its inverse distribution."""
    generator = torch.Generator().manual_seed(like.shape[-1])
    uniform = torch.rand(like.shape, generator=generator, dtype=torch.float64)
    return -(-uniform.log()).log()


@pytest.fixture(autouse=True)
def fixed_noise(monkeypatch):
    monkeypatch.setattr(estimators, "gumbel_noise", _noise)


def _mapped(layer, vectors, head):
    """The vectors of one head, (length, d), from the layer's own rows."""
    own = slice(head * HEAD_SIZE, (head + 1) * HEAD_SIZE)
    moved = 0.0 if layer.bias is None else layer.bias[own]
    return (vectors @ layer.weight[own].T + moved).tolist()


def _rows(mechanism, variant, score, case):
    """The weights of each pair, as nested lists: (batch, heads, n, m)."""
    (batch, n, _), m = case.query.shape, case.items.shape[1]
    noise = _noise(torch.empty(batch, HEADS, n, m)) * mechanism.training
    formula, kind = by_hand.SCORES[score], by_hand.MECHANISMS[variant["kind"]]

    def weighed(b, head, i, queries, keys):
        own = case.first + i
        scores = [formula(queries[i], keys[j], own - j, mechanism.score, head) for j in range(m)]
        real = case.mask[b].tolist()
        row = by_hand.Row(queries[i], scores, real, own, head, noise[b, head, i].tolist())
        return kind(row, mechanism)

    return [
        [
            [weighed(b, head, i, queries, keys) for i in range(n)]
            for head in range(HEADS)
            for queries in [_mapped(mechanism.queries, case.query[b], head)]
            for keys in [_mapped(mechanism.keys, case.items[b], head)]
        ]
        for b in range(batch)
    ]


def _summed(mechanism, weights, case):
    """The contexts of these weights: the heads' sums side by side, through the last layer."""
    contexts = torch.zeros(*case.query.shape[:2], HEADS * HEAD_SIZE, dtype=torch.float64)
    for b, heads in enumerate(weights):
        for head, rows in enumerate(heads):
            values = _mapped(mechanism.values, case.items[b], head)
            for i, row in enumerate(rows):
                for k in range(HEAD_SIZE):
                    total = sum(w * value[k] for w, value in zip(row, values, strict=True))
                    contexts[b, i, head * HEAD_SIZE + k] = total
    return mechanism.output(contexts)


@every_mode
@every_score
@torch.no_grad()
def test_it_equals_its_formula_in_a_double_loop(variant, training, score):
    mechanism = mechanism_of(variant, score=score).double().train(training)
    for shape in SHAPES:
        case = doubled(case_of(*shape))
        weights = _rows(mechanism, variant, score, case)
        found, context = weights_of(mechanism, case), context_of(mechanism, case)
        expected = torch.tensor(weights, dtype=torch.float64)
        torch.testing.assert_close(found, expected, atol=1e-6, rtol=0)
        by_sum = _summed(mechanism, weights, case)
        torch.testing.assert_close(context, by_sum, atol=1e-6, rtol=0)


def _gradients(mechanism, case, reading):
    """What ``reading`` gives, and its gradients by everything it was made of."""
    torch.manual_seed(3)
    leaves = [case.query.requires_grad_(), case.items.requires_grad_(), *mechanism.parameters()]
    context = reading(mechanism, case)
    strange = torch.linspace(-1, 1, context.numel(), dtype=torch.float64).reshape(context.shape)
    found = torch.autograd.grad((context * strange).sum(), leaves, materialize_grads=True)
    return context.detach(), *found


def _by_weights(mechanism, case):
    """The context as the weighted sum of values: the way that builds all weights."""
    weights = weights_of(mechanism, case)  # (batch, heads, n, m)
    values = mechanism.remember(case.items, case.mask).values  # (batch, heads, m, d)
    return mechanism.output((weights @ values).transpose(1, 2).flatten(2))


@every_mode
@every_score
def test_the_fast_path_equals_the_weighted_sum_gradients_included(variant, training, score):
    mechanism = mechanism_of(variant, score=score).double().train(training)
    for shape in SHAPES:
        case = doubled(case_of(*shape))
        fast = _gradients(deepcopy(mechanism), case, context_of)
        slow = _gradients(deepcopy(mechanism), case, _by_weights)
        for own, other in zip(fast, slow, strict=True):
            torch.testing.assert_close(own, other, atol=1e-9, rtol=1e-9)


@every_score
def test_windowed_attention_is_location_attention_around_ones_own_place(score):
    windowed, location = (
        mechanism_of({"kind": kind, "width": 2, **more}, score=score).double()
        for kind, more in (("windowed", {}), ("location", {"centre": "own"}))
    )
    location.load_state_dict(windowed.state_dict())
    for shape in SHAPES:
        case = doubled(case_of(*shape))
        pairs = zip(
            _gradients(windowed, case, context_of),
            _gradients(location, case, context_of),
            strict=True,
        )
        for own, other in pairs:
            torch.testing.assert_close(own, other, atol=1e-9, rtol=1e-9)


@every_deterministic_one
@every_score
def test_training_and_tagging_are_the_same_where_nothing_is_drawn(variant, score):
    mechanism, case = mechanism_of(variant, score=score), case_of(*SHAPES[0])
    training, tagging = (context_of(mechanism.train(mode), case) for mode in (True, False))
    assert torch.equal(training, tagging)


@every_variant
@torch.no_grad()
def test_queries_may_have_another_size_than_items(variant):
    mechanism = mechanism_of(variant, query_size=9, score="dot").eval()
    case = case_of(4, 11, 4, query_size=9)
    assert mechanism.queries.in_features == 9
    assert isinstance(mechanism, Attention)
    assert context_of(mechanism, case).shape == (5, 4, SIZE)
