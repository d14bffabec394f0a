"""Each score formula by itself, against its definition in plain Python."""

import by_hand
import pytest
import torch
from mechanisms import every_score
from torch import nn

from ner.model.attention.scores import SCORES, DotProduct

HEADS, SIZE = 3, 4
FUSED = [name for name, score in SCORES.items() if issubclass(score, DotProduct)]

every_fused_one = pytest.mark.parametrize("score", FUSED)


def _score(name, *, random=True):
    torch.manual_seed(0)
    made = SCORES[name](heads=HEADS, size=SIZE).double()
    for parameter in made.parameters() if random else ():
        nn.init.normal_(parameter, std=0.7)
    return made


def _vectors(length, *, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, HEADS, length, SIZE, generator=generator, dtype=torch.float64)


@every_score
@pytest.mark.parametrize(("n", "m", "first"), [(5, 5, 0), (3, 7, 2), (1, 6, 5), (6, 6, 9)])
@torch.no_grad()
def test_a_score_equals_its_definition(score, n, m, first):
    made, queries, keys = _score(score), _vectors(n), _vectors(m, seed=2)
    formula = by_hand.SCORES[score]
    expected = [
        [
            [
                [
                    formula(query, key, first + i - j, made, head)
                    for j, key in enumerate(keys[b, head].tolist())
                ]
                for i, query in enumerate(queries[b, head].tolist())
            ]
            for head in range(HEADS)
        ]
        for b in range(2)
    ]
    found = made(queries, keys, first=first)
    torch.testing.assert_close(
        found, torch.tensor(expected, dtype=torch.float64), rtol=1e-9, atol=0
    )


@every_score
@torch.no_grad()
def test_attending_is_the_softmax_weighted_sum_over_real_items(score):
    made, queries, keys, values = _score(score), _vectors(3), _vectors(6), _vectors(6, seed=3)
    mask = torch.tensor([[True] * 6, [False, True, True, False, True, False]])
    found = made.attend(queries, keys, values, mask=mask, first=2)
    for b in range(2):
        real = mask[b]
        shares = made(queries, keys, first=2)[b][..., real].softmax(dim=-1)
        torch.testing.assert_close(found[b], shares @ values[b][:, real])


@every_score
@torch.no_grad()
def test_scores_are_finite_at_vectors_of_zeros(score):
    zeros = torch.zeros(1, HEADS, 3, SIZE, dtype=torch.float64)
    assert _score(score)(zeros, zeros).isfinite().all()


@every_fused_one
@torch.no_grad()
def test_a_fused_score_knows_no_places(score):
    made, queries, keys = _score(score), _vectors(4), _vectors(4, seed=2)
    found = made(queries, keys)
    assert torch.equal(made(queries, keys, first=3), found)
    turned = made(queries, keys.flip(2))
    torch.testing.assert_close(turned, found.flip(3))


@torch.no_grad()
def test_a_general_score_begins_as_the_dot_product():
    queries, keys = _vectors(4), _vectors(5, seed=2)
    made = _score("general", random=False)
    torch.testing.assert_close(made(queries, keys), _score("dot")(queries, keys))


@torch.no_grad()
def test_a_cosine_is_blind_to_lengths_and_bounded_by_its_strength():
    made, queries, keys = _score("cosine"), _vectors(4), _vectors(5, seed=2)
    found = made(queries, keys)
    torch.testing.assert_close(made(queries * 100, keys * 0.01), found)
    assert (found.abs() <= made.log_strength.exp()).all()
    itself = made(queries, queries).diagonal(dim1=-2, dim2=-1)  # (batch, heads, n)
    torch.testing.assert_close(itself, made.log_strength.exp()[..., 0].expand_as(itself))


@torch.no_grad()
def test_a_relative_score_tells_left_from_right_and_near_from_far():
    made = _score("relative")
    alike = torch.ones(1, HEADS, 5, SIZE, dtype=torch.float64)
    around = made(alike, alike)[0, 0]
    assert around[2].unique().numel() == 5
    torch.testing.assert_close(around[3, 1:], around[2, :4])  # only the distance counts


@torch.no_grad()
def test_a_relative_score_far_into_a_text_keeps_float32s_precision():
    made, (queries, keys) = _score("relative"), (_vectors(2), _vectors(3, seed=2))
    exact = made(queries, keys, first=5000)
    rounded = made.float()(queries.float(), keys.float(), first=5000)
    torch.testing.assert_close(rounded.double(), exact, atol=2e-3, rtol=0)
    low = made.bfloat16()(queries.bfloat16(), keys.bfloat16(), first=5000)
    torch.testing.assert_close(low.double(), exact, atol=0.1, rtol=0.05)
