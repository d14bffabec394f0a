"""What every attention mechanism with every score is held to."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.func import functional_call

from ner.config import AttentionSettings
from ner.errors import ConfigError
from ner.model.attention import ATTENTIONS, build
from ner.model.attention.scores import SCORES

HEADS, HEAD_SIZE, SIZE = 2, 4, 6
SHAPES = [(5, 5), (3, 6), (6, 3), (1, 5), (1, 2), (4, 1), (1, 1)]

every_mechanism = pytest.mark.parametrize("kind", ATTENTIONS)
every_score = pytest.mark.parametrize("score", SCORES)
every_shape = pytest.mark.parametrize(("n", "m"), SHAPES)


def _mechanism(kind, score, *, heads=HEADS, head_size=HEAD_SIZE, size=SIZE):
    """A mechanism with all its parameters random, in training mode, as it is built."""
    torch.manual_seed(0)
    settings = AttentionSettings(kind=kind, score=score, heads=heads, head_size=head_size)
    mechanism = build(settings, size=size)
    for parameter in mechanism.parameters():
        nn.init.normal_(parameter, std=0.4)
    return mechanism


def _case(n, m, *, size=SIZE, dtype=torch.float32):
    """Queries, items and a mask of three sentences, the last one of a single item."""
    generator = torch.Generator().manual_seed(n * 100 + m)
    query = torch.randn(3, n, size, generator=generator).to(dtype)
    items = torch.randn(3, m, size, generator=generator).to(dtype)
    lengths = torch.tensor([[m], [(m + 1) // 2], [1]])
    return query, items, torch.arange(m) < lengths


@every_mechanism
@every_score
@every_shape
def test_there_is_a_context_for_each_query_and_a_weight_for_each_pair(kind, score, n, m):
    mechanism, case = _mechanism(kind, score), _case(n, m)
    assert mechanism(*case).shape == (3, n, SIZE)
    assert mechanism.weights(*case).shape == (3, HEADS, n, m)


@every_mechanism
@every_score
@every_shape
@pytest.mark.parametrize("scale", [1, 1000])
def test_weights_sum_to_one_over_real_items_and_are_zero_at_padding(kind, score, n, m, scale):
    query, items, mask = _case(n, m)
    weights = _mechanism(kind, score).weights(query * scale, items * scale, mask)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(3, HEADS, n))
    assert (weights >= 0).all()
    assert (weights[~mask[:, None, None].expand_as(weights)] == 0).all()


@every_mechanism
@every_score
@pytest.mark.parametrize("garbage", [0.0, 1e4, -1e4])
def test_what_stands_at_padding_changes_nothing(kind, score, garbage):
    mechanism, (query, items, mask) = _mechanism(kind, score), _case(4, 6)
    other = items.masked_fill(~mask[..., None], garbage)
    assert torch.equal(mechanism(query, other, mask), mechanism(query, items, mask))
    assert torch.equal(mechanism.weights(query, other, mask), mechanism.weights(query, items, mask))


@every_mechanism
@every_score
def test_padding_changes_nothing_at_real_characters(kind, score):
    mechanism, (states, _, mask) = _mechanism(kind, score), _case(7, 7)
    padded = mechanism(states, states, mask)
    for sentence, length in enumerate(mask.sum(dim=1).tolist()):
        alone = states[sentence : sentence + 1, :length]
        context = mechanism(alone, alone, mask[sentence : sentence + 1, :length])
        torch.testing.assert_close(padded[sentence, :length], context[0], atol=1e-6, rtol=1e-6)


# The formulas, written for one query at place i, one item at place j, and one head.


def _dot(query, key, i, j, score, head):
    return sum(a * b for a, b in zip(query, key, strict=True))


def _scaled_dot(query, key, i, j, score, head):
    return _dot(query, key, i, j, score, head) / len(query) ** 0.5


def _relative(query, key, i, j, score, head):
    half = len(query) // 2
    angles = (i - j) / 10000 ** (torch.arange(half, dtype=torch.float64) / half)
    distance = torch.cat([torch.sin(angles), torch.cos(angles)])
    u, v = score.content_bias[head, 0], score.distance_bias[head, 0]
    return (query + u) @ key + (query + v) @ distance


FORMULAS = {"dot": _dot, "scaled_dot": _scaled_dot, "relative": _relative}
SHARES = {"soft": partial(torch.softmax, dim=0)}


def _by_hand(mechanism, kind, formula, case):
    """Contexts and weights of single sentences, a pair after the other."""
    query, items, mask = case
    (batch, n, _), m = query.shape, items.shape[1]
    weights = torch.zeros(batch, HEADS, n, m, dtype=torch.float64)
    contexts = torch.zeros(batch, n, HEADS * HEAD_SIZE, dtype=torch.float64)
    for b in range(batch):
        real = int(mask[b].sum())
        for head in range(HEADS):
            own = slice(head * HEAD_SIZE, (head + 1) * HEAD_SIZE)
            queries = mechanism.queries(query[b])[:, own]
            keys, values = (layer(items[b])[:, own] for layer in (mechanism.keys, mechanism.values))
            for i in range(n):
                pairs = [
                    formula(queries[i], keys[j], i, j, mechanism.score, head) for j in range(real)
                ]
                weights[b, head, i, :real] = SHARES[kind](torch.stack(pairs))
                for j in range(real):
                    contexts[b, i, own] += weights[b, head, i, j] * values[j]
    return mechanism.output(contexts), weights


@every_mechanism
@every_score
@every_shape
@torch.no_grad()
def test_it_equals_its_formula_in_a_double_loop(kind, score, n, m):
    mechanism, case = _mechanism(kind, score).double(), _case(n, m, dtype=torch.float64)
    contexts, weights = _by_hand(mechanism, kind, FORMULAS[score], case)
    torch.testing.assert_close(mechanism.weights(*case), weights, atol=1e-6, rtol=0)
    torch.testing.assert_close(mechanism(*case), contexts, atol=1e-6, rtol=0)


@every_mechanism
@every_score
def test_gradients_in_training_mode_are_finite_and_reach_every_parameter(kind, score):
    mechanism, (query, items, mask) = _mechanism(kind, score).train(), _case(4, 6)
    query.requires_grad_()
    items.requires_grad_()
    mechanism(query, items, mask).square().sum().backward()
    for name, parameter in [("query", query), ("items", items), *mechanism.named_parameters()]:
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().max() > 1e-6, name
    assert (items.grad[~mask] == 0).all()


@every_mechanism
@every_score
@pytest.mark.parametrize(("n", "m"), [(3, 3), (2, 3), (1, 2)])
def test_gradients_are_those_of_finite_differences(kind, score, n, m):
    mechanism = _mechanism(kind, score, head_size=2, size=3).double()
    query, items, mask = _case(n, m, size=3, dtype=torch.float64)
    names, parameters = zip(*mechanism.named_parameters(), strict=True)

    def context(query, items, *values):
        return functional_call(
            mechanism, dict(zip(names, values, strict=True)), (query, items, mask)
        )

    inputs = [value.detach().requires_grad_() for value in (query, items, *parameters)]
    assert torch.autograd.gradcheck(context, inputs)


@every_mechanism
@every_score
@torch.no_grad()
def test_bfloat16_agrees_with_float32_to_its_precision(kind, score):
    mechanism, case = _mechanism(kind, score), _case(8, 8)
    exact = mechanism(*case)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = mechanism(*case)
    low = mechanism.bfloat16()(case[0].bfloat16(), case[1].bfloat16(), case[2])
    assert low.dtype == mixed.dtype == torch.bfloat16
    for rounded in (low, mixed):
        torch.testing.assert_close(rounded.float(), exact, atol=0.04, rtol=0.04)


@torch.no_grad()
def test_a_relative_score_tells_left_from_right_and_near_from_far():
    states = torch.ones(1, 5, SIZE)
    mask = torch.ones(1, 5, dtype=torch.bool)
    middle = _mechanism("soft", "relative").weights(states, states, mask)[0, 0, 2]
    assert middle.unique().numel() == 5
    alike = _mechanism("soft", "dot").weights(states, states, mask)[0, 0, 2]
    torch.testing.assert_close(alike, torch.full((5,), 0.2))


# A planted task: somewhere in a sentence stands one of two markers, and every other character's tag
# says which. A character knows only itself, so that nothing but attention can tell.

MARKERS, CHARACTERS = 2, 8


def _planted(batch, length, generator):
    characters = torch.randint(MARKERS, CHARACTERS, (batch, length), generator=generator)
    places = torch.randint(length, (batch, 1), generator=generator)
    markers = torch.randint(MARKERS, (batch, 1), generator=generator)
    return characters.scatter(1, places, markers), markers.expand(batch, length)


class _Reader(nn.Module):
    def __init__(self, mechanism):
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS, 16)
        self.mechanism = mechanism
        self.linear = nn.Linear(16, MARKERS)

    def forward(self, characters):
        states = self.embedding(characters)
        if self.mechanism is not None:
            mask = torch.ones_like(characters, dtype=torch.bool)
            states = states + self.mechanism(states, states, mask)
        return self.linear(states)


def _accuracy(reader, characters, tags):
    others = characters >= MARKERS
    return (reader(characters).argmax(dim=-1) == tags)[others].float().mean().item()


def _learn(mechanism, *, steps):
    """The accuracy before and after training, at characters that are no markers themselves."""
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(2)
    reader = _Reader(mechanism)
    test = _planted(200, 10, generator)
    before = _accuracy(reader, *test)
    optimiser = torch.optim.Adam(reader.parameters(), lr=0.01)
    for _ in range(steps):
        characters, tags = _planted(32, 10, generator)
        loss = nn.functional.cross_entropy(reader(characters).transpose(1, 2), tags)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return before, _accuracy(reader, *test)


@every_mechanism
@every_score
def test_it_learns_what_only_attention_can_reach(kind, score):
    before, after = _learn(_mechanism(kind, score, head_size=8, size=16), steps=150)
    assert before < 0.7
    assert after > 0.99


def test_without_attention_the_planted_task_stays_at_chance():
    _, after = _learn(None, steps=150)
    assert 0.4 < after < 0.6


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "sofd"}, r"unknown attention 'sofd' \(known: .*soft.*did you mean 'soft'\?"),
        ({"score": "dott"}, r"unknown attention score 'dott' \(known: dot, .*did you mean 'dot'\?"),
        ({"score": "zzz"}, r"unknown attention score 'zzz' \(known: dot, [^;]*\)$"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones_and_the_nearest(settings, message):
    with pytest.raises(ConfigError, match=message):
        build(AttentionSettings(**settings), size=SIZE)
