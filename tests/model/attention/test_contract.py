"""What every mechanism with every score is held to: weights, padding, slices, gradients."""

from typing import get_args

import pytest
import torch
from mechanisms import (
    HEADS,
    SHAPES,
    SIZE,
    VARIANTS,
    Case,
    case_of,
    context_of,
    dirtied,
    every_deterministic_one,
    every_mode,
    every_score,
    every_variant,
    mechanism_of,
    settings_of,
    weights_of,
)
from torch.func import functional_call

from ner.errors import ConfigError
from ner.model.attention import ATTENTIONS, build
from ner.model.attention.estimators import ESTIMATORS
from ner.model.attention.scores import SCORES
from ner.settings import AnyAttention, SampledSettings, Seq2SeqSettings, SoftSettings

CHOOSING = {"hard"}  # kinds whose weights are a choice themselves


def _same(mechanism, case):
    """Context and weights, with the same draws whenever it is called."""
    found = []
    for reading in (context_of, weights_of):
        torch.manual_seed(7)
        found.append(reading(mechanism, case))
    return found


def _kinds():
    union, _ = get_args(AnyAttention)
    return {group.model_fields["kind"].default for group in get_args(union)}


def test_every_kind_of_the_settings_is_in_the_table_and_the_reverse():
    assert _kinds() == set(ATTENTIONS) == {variant["kind"] for variant in VARIANTS}
    names = get_args(SampledSettings.model_fields["estimator"].annotation)
    assert set(names) == set(ESTIMATORS)
    assert {SoftSettings().score, Seq2SeqSettings().attention.score} <= set(SCORES)


@pytest.mark.parametrize("kind", ATTENTIONS)
def test_a_kind_of_default_settings_can_be_built(kind):
    settings = settings_of({"kind": kind})
    assert isinstance(build(settings, size=SIZE), ATTENTIONS[kind])


def test_an_unknown_score_is_answered_with_the_known_ones_and_the_nearest():
    with pytest.raises(ConfigError, match=r"unknown attention score 'dott' \(known: .*mean 'dot'"):
        build(SoftSettings(score="dott"), size=SIZE)


@every_mode
@every_score
@torch.no_grad()
def test_weights_sum_to_one_over_real_items_and_are_zero_at_padding(variant, training, score):
    mechanism = mechanism_of(variant, score=score).train(training)
    for n, m, first in SHAPES:
        case = case_of(n, m, first)
        for scale in (1, 1000):
            large = Case(case.query * scale, case.items * scale, case.mask, first)
            weights = weights_of(mechanism, large)
            assert weights.shape == (5, HEADS, n, m)
            assert context_of(mechanism, large).shape == (5, n, SIZE)
            sums = weights.sum(dim=-1).transpose(1, 2)[case.asked]
            torch.testing.assert_close(sums, torch.ones_like(sums))
            assert (weights >= 0).all()
            assert (weights[~case.mask[:, None, None].expand_as(weights)] == 0).all()
            if variant["kind"] in CHOOSING:
                assert set(weights.unique().tolist()) <= {0.0, 1.0}


@every_mode
@every_score
@torch.no_grad()
def test_what_stands_at_padding_changes_nothing(variant, training, score):
    mechanism, case = mechanism_of(variant, score=score).train(training), case_of(*SHAPES[1])
    context, weights = _same(mechanism, case)
    for garbage in (0.0, 1e4, -1e4):
        other, others = _same(mechanism, dirtied(case, garbage))
        assert torch.equal(other, context)
        assert torch.equal(others, weights)


def _alone(case, sentence):
    """One sentence of a case without its padding, and which of its queries are left."""
    real, asked = case.mask[sentence], case.asked[sentence]
    before = int(real.int().argmax())
    query = case.query[sentence, asked][None]
    items = case.items[sentence, real][None]
    first = case.first + int(asked.int().argmax()) - before
    return Case(query, items, real[real][None], first)


@every_variant
@every_score
@torch.no_grad()
def test_neither_company_nor_padding_changes_a_sentence(variant, score):
    mechanism = mechanism_of(variant, score=score).eval()
    for shape in SHAPES:
        case = case_of(*shape)
        context, weights = context_of(mechanism, case), weights_of(mechanism, case)
        for sentence, (real, asked) in enumerate(zip(case.mask, case.asked, strict=True)):
            if not asked.any():
                continue
            alone = _alone(case, sentence)
            own, expected = context[sentence, asked], context_of(mechanism, alone)[0]
            torch.testing.assert_close(own, expected, atol=1e-5, rtol=1e-5)
            own = weights[sentence][:, asked][..., real]
            torch.testing.assert_close(own, weights_of(mechanism, alone)[0], atol=1e-5, rtol=1e-5)


@every_variant
@every_score
@torch.no_grad()
def test_a_slice_of_the_queries_sees_what_it_sees_as_a_part_of_all(variant, score):
    mechanism, whole = mechanism_of(variant, score=score).eval(), case_of(*SHAPES[0])
    context, weights = context_of(mechanism, whole), weights_of(mechanism, whole)
    for first, last in [(0, 1), (4, 5), (8, 9), (2, 9), (3, 6)]:
        some = Case(whole.query[:, first:last], whole.items, whole.mask, first)
        own, expected = context_of(mechanism, some), context[:, first:last]
        torch.testing.assert_close(own, expected, atol=1e-5, rtol=1e-5)
        own, expected = weights_of(mechanism, some), weights[:, :, first:last]
        torch.testing.assert_close(own, expected, atol=1e-5, rtol=1e-5)


@every_variant
@torch.no_grad()
def test_items_are_remembered_once_for_many_queries(variant):
    mechanism, case = mechanism_of(variant, score="dot").eval(), case_of(*SHAPES[1])
    memory = mechanism.remember(case.items, case.mask)
    own = mechanism.attend(case.query, memory, first=case.first)
    assert torch.equal(own, context_of(mechanism, case))
    assert torch.equal(
        mechanism.weigh(case.query, memory, first=case.first), weights_of(mechanism, case)
    )


def _reinforced(mechanism, losses, lengths):
    """The terms of the estimator, where it has one."""
    estimator = getattr(mechanism, "estimator", None)
    return estimator.term(losses, lengths) if hasattr(estimator, "term") else losses.new_zeros(())


@every_variant
@every_score
def test_gradients_in_training_mode_are_finite_and_reach_every_parameter(variant, score):
    mechanism, case = mechanism_of(variant, score=score).train(), case_of(*SHAPES[1])
    case.query.requires_grad_()
    case.items.requires_grad_()
    losses = context_of(mechanism, case).square().sum(dim=(1, 2))
    term = _reinforced(mechanism, losses, case.mask.sum(dim=1))
    (losses.mean() + term).backward()
    leaves = [("query", case.query), ("items", case.items), *mechanism.named_parameters()]
    for name, parameter in leaves:
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().max() > 1e-7, name
    assert (case.items.grad[~case.mask] == 0).all()


@every_deterministic_one
@every_score
@pytest.mark.parametrize(("n", "m", "first"), [(6, 6, 0), (2, 4, 1)])
def test_gradients_are_those_of_finite_differences(variant, score, n, m, first):
    mechanism = mechanism_of(variant, score=score, head_size=2, size=3).double()
    case = case_of(n, m, first, size=3)
    names, parameters = zip(*mechanism.named_parameters(), strict=True)

    def context(query, items, *values):
        own = dict(zip(names, values, strict=True))
        return functional_call(mechanism, own, (query, items, case.mask), {"first": first})

    inputs = [case.query.double(), case.items.double(), *parameters]
    inputs = [value.detach().requires_grad_() for value in inputs]
    assert torch.autograd.gradcheck(context, inputs, fast_mode=True)


def _lowered(case):
    """The case in bfloat16."""
    return Case(case.query.bfloat16(), case.items.bfloat16(), case.mask, case.first)


@every_deterministic_one
@every_score
@torch.no_grad()
def test_bfloat16_agrees_with_float32_to_its_precision(variant, score):
    mechanism, case = mechanism_of(variant, score=score), case_of(*SHAPES[0])
    exact = context_of(mechanism, case)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = context_of(mechanism, case)
    rounded = context_of(mechanism.bfloat16(), _lowered(case))
    assert rounded.dtype == mixed.dtype == torch.bfloat16
    for found in (rounded, mixed):
        torch.testing.assert_close(found.float(), exact, atol=0.06, rtol=0.06)


@every_deterministic_one
@torch.no_grad()
def test_in_bfloat16_the_weights_of_many_items_still_sum_to_one(variant):
    mechanism, case = mechanism_of(variant, score="dot").bfloat16(), _lowered(case_of(80, 80, 0))
    sums = weights_of(mechanism, case).float().sum(dim=-1).transpose(1, 2)[case.asked]
    torch.testing.assert_close(sums, torch.ones_like(sums), atol=2**-7, rtol=0)


@pytest.mark.parametrize("kind", sorted(CHOOSING))
@every_score
@torch.no_grad()
def test_in_bfloat16_the_choice_is_among_the_best_to_its_precision(kind, score):
    mechanism, case = mechanism_of({"kind": kind}, score=score).eval(), case_of(*SHAPES[0])
    memory = mechanism.remember(case.items, case.mask)
    queries = mechanism._by_head(mechanism.queries(case.query))
    scores = mechanism._scores(queries, memory, 0)
    chosen = weights_of(mechanism.bfloat16(), _lowered(case))
    assert chosen.dtype == torch.bfloat16
    assert (chosen.sum(dim=-1) == 1).all()
    assert (scores.amax(dim=-1) - (scores * chosen.float()).sum(dim=-1) < 0.1).all()
