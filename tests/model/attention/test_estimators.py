"""Hard choices: how they are drawn, and that what they were drawn from learns by them."""

from itertools import product

import pytest
import torch
from mechanisms import case_of, context_of, every_sampled_one, mechanism_of, weights_of
from torch import nn
from torch.nn.functional import one_hot

from ner.model.attention import estimators
from ner.model.attention.estimators import ESTIMATORS, Gumbel, Reinforce
from ner.model.terms import LossTerm
from ner.settings import HardSettings

every_estimator = pytest.mark.parametrize("name", ESTIMATORS)
LOGITS = torch.tensor([2.0, -1.0, 0.5, 0.0])


def _estimator(name, **options):
    return estimators.build(HardSettings(estimator=name, **options)).double().train()


def _logits(batch=2, n=3, *, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, 2, n, 4, generator=generator, dtype=torch.float64)


def _real(logits):
    return torch.ones(logits.shape[0], logits.shape[2], dtype=torch.bool)


@every_estimator
def test_draws_follow_the_softmax_of_the_logits(name):
    torch.manual_seed(1)
    many = 20_000
    logits = LOGITS.expand(many, 1, 2, 4)
    choices = _estimator(name)(logits, _real(logits))
    expected = LOGITS.softmax(dim=-1)
    for query in (0, 1):
        shares = choices[:, 0, query].mean(dim=0)
        assert ((shares - expected).abs() < 4 * (expected * (1 - expected) / many).sqrt()).all()
    both = (choices[:, 0, 0, 0] * choices[:, 0, 1, 0]).mean()  # queries draw on their own
    assert both.item() == pytest.approx(expected[0].item() ** 2, abs=0.02)


@every_estimator
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_choice_is_exactly_one_one_and_zeros(name, dtype):
    torch.manual_seed(2)
    estimator, logits = _estimator(name), (_logits(200) * 3).to(dtype).requires_grad_()
    for _ in range(3):
        choices = estimator(logits, _real(logits))
        assert choices.dtype == dtype
        assert set(choices.unique().tolist()) == {0.0, 1.0}
        assert (choices.sum(dim=-1) == 1).all()


@every_estimator
def test_when_tagging_the_highest_is_chosen_and_nothing_is_noted(name):
    estimator, logits = _estimator(name).eval(), _logits().requires_grad_()
    before = {key: value.clone() for key, value in estimator.state_dict().items()}
    choices = estimator(logits, _real(logits))
    assert torch.equal(choices.argmax(dim=-1), logits.argmax(dim=-1))
    assert not choices.requires_grad
    assert torch.equal(estimator(logits, _real(logits)), choices)
    assert all(torch.equal(value, before[key]) for key, value in estimator.state_dict().items())
    if isinstance(estimator, LossTerm):
        assert not estimator.term(torch.ones(2), torch.ones(2)).requires_grad


@every_sampled_one
@torch.no_grad()
def test_a_mechanism_is_random_in_training_and_not_when_tagging(variant):
    mechanism, case = mechanism_of(variant, score="dot"), case_of(9, 9, 0)
    for reading in (context_of, weights_of):
        training = [reading(mechanism.train(), case) for _ in range(3)]
        assert not torch.equal(training[0], training[1])
        tagging = [reading(mechanism.eval(), case) for _ in range(3)]
        assert torch.equal(tagging[0], tagging[1]) and torch.equal(tagging[0], tagging[2])


# Gumbel.


def test_the_gradient_is_that_of_the_softmax_of_the_noisy_logits(monkeypatch):
    noise, strange = _logits(seed=1), _logits(seed=2)
    monkeypatch.setattr(estimators, "gumbel_noise", lambda like: noise)
    logits = _logits().requires_grad_()
    chosen = _estimator("gumbel", temperature=0.7)(logits, _real(logits))
    (found,) = torch.autograd.grad((chosen * strange).sum(), [logits])
    relaxed = ((logits + noise) / 0.7).softmax(dim=-1)
    (expected,) = torch.autograd.grad((relaxed * strange).sum(), [logits])
    torch.testing.assert_close(found, expected)
    assert torch.equal(chosen.argmax(dim=-1), (logits + noise).argmax(dim=-1))


def test_noise_is_standard_gumbel():
    torch.manual_seed(3)
    noise = estimators.gumbel_noise(torch.empty(40_000))
    assert noise.mean().item() == pytest.approx(0.57722, abs=0.03)  # Euler's constant
    assert noise.std().item() == pytest.approx(torch.pi / 6**0.5, abs=0.03)


def test_the_temperature_falls_geometrically_draw_by_draw_and_then_stays():
    estimator, logits = _estimator("gumbel", final_temperature=0.25, anneal_steps=4), _logits()
    found = []
    for _ in range(7):
        found.append(estimator.temperature)
        estimator(logits, _real(logits))
    ratio = 0.25**0.25
    assert found == pytest.approx([1, ratio, ratio**2, ratio**3, 0.25, 0.25, 0.25])


def test_a_temperature_goes_on_where_a_saved_one_stood():
    first, logits = _estimator("gumbel", anneal_steps=10), _logits()
    for _ in range(3):
        first(logits, _real(logits))
    second = _estimator("gumbel", anneal_steps=10)
    assert second.temperature == 1
    second.load_state_dict(first.state_dict())
    assert second.temperature == first.temperature < 1


# REINFORCE: λ (L − b) · log p(choices) − β · H, with the gradients of this and the value 0.


def _noted(estimator, logits, real):
    """What a draw should leave: log p of the choices and their entropy, of each sentence."""
    choices = estimator(logits, real)
    assert not choices.requires_grad
    logs = logits.log_softmax(dim=-1)  # (batch, heads, n, m)
    chance = (logs[choices == 1].view(real.shape[0], 2, -1) * real[:, None]).sum(dim=(1, 2))
    entropy = (-(logs.exp() * logs).sum(dim=-1) * real[:, None]).sum(dim=(1, 2))
    return chance, entropy


def test_a_term_has_the_gradient_of_its_formula_and_the_value_zero():
    options = {"reinforcement": 0.7, "entropy": 0.3, "baseline": 0.9}
    estimator, lengths = _estimator("reinforce", **options), torch.tensor([3, 2])
    real = torch.tensor([[True, True, True], [True, True, False]])
    total, weight = 0.0, 0.0
    for step in range(4):
        logits = _logits(seed=step).requires_grad_()
        losses = torch.tensor([1.0 + step, 5.0], dtype=torch.float64, requires_grad=True)
        chance, entropy = _noted(estimator, logits, real)
        term = estimator.term(losses, lengths)
        mean = (losses.sum() / 5).item()  # a character
        baseline = total / weight if weight else mean
        total, weight = 0.9 * total + 0.1 * mean, 0.9 * weight + 0.1
        gain = losses.detach() - baseline * lengths
        expected = (0.7 * gain * chance - 0.3 * entropy).mean()
        assert term.item() == 0
        (found,) = torch.autograd.grad(term, [logits])
        torch.testing.assert_close(found, torch.autograd.grad(expected, [logits])[0])
        assert (found[1, :, 2] == 0).all()  # a query at padding does not count
        assert losses.grad is None


def test_draws_before_one_term_are_added():
    estimator, real = (
        _estimator("reinforce", reinforcement=1.0, entropy=0.5),
        torch.ones(2, 3, dtype=torch.bool),
    )
    logits = [_logits(seed=seed).requires_grad_() for seed in (1, 2)]
    chances, entropies = zip(*(_noted(estimator, one, real) for one in logits), strict=True)
    losses, lengths = torch.tensor([1.0, 4.0], dtype=torch.float64), torch.tensor([3, 3])
    gain = losses - losses.mean() / 3 * lengths
    expected = (gain * sum(chances) - 0.5 * sum(entropies)).mean()
    found = torch.autograd.grad(estimator.term(losses, lengths), logits)
    for own, other in zip(found, torch.autograd.grad(expected, logits), strict=True):
        torch.testing.assert_close(own, other)


@pytest.mark.parametrize("way", ["forget", "term"])
def test_what_was_noted_is_gone_after_a_term_or_when_it_is_forgotten(way):
    estimator, logits = _estimator("reinforce"), _logits().requires_grad_()
    losses, lengths = torch.ones(2), torch.tensor([3, 3])
    estimator(logits, _real(logits))
    if way == "forget":
        estimator.forget()
    else:
        assert estimator.term(losses, lengths).requires_grad
    assert not estimator.term(losses, lengths).requires_grad


def test_a_baseline_goes_on_where_a_saved_one_stood():
    first, second = _estimator("reinforce"), _estimator("reinforce")
    first(_logits(), _real(_logits()))
    first.term(torch.tensor([3.0, 5.0]), torch.tensor([3, 3]))
    second.load_state_dict(first.state_dict())
    assert second.total / second.weight == pytest.approx(8 / 6)


class _Given(nn.Module):
    """An estimator that takes given choices and tells how likely they were."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices  # (batch, n)

    def forward(self, logits, real):
        logs = logits.log_softmax(dim=-1)[:, 0]  # (batch, n, m)
        self.chances = logs.gather(-1, self.choices[..., None]).sum(dim=(1, 2)).exp()  # (batch)
        return one_hot(self.choices, logits.shape[-1]).to(logits.dtype)[:, None]


def _losses(mechanism, batch):
    """Of as many equal sentences of three items; two of them ask."""
    case = case_of(2, 3, 0, size=3)
    query, items = (part[:1].double().expand(batch, -1, -1) for part in (case.query, case.items))
    mask = torch.ones(batch, 3, dtype=torch.bool)
    return (mechanism(query, items, mask) - 0.5).square().sum(dim=(1, 2)) + 1  # (batch)


def _gradient(mechanism, loss):
    grads = torch.autograd.grad(loss, list(mechanism.parameters()), materialize_grads=True)
    return torch.cat([grad.flatten() for grad in grads])


def _exact(mechanism):
    """The gradient of the expected loss over all choices, and its part by their chances."""
    choices = torch.tensor(list(product(range(3), repeat=2)))
    mechanism.estimator = _Given(choices)
    found = []
    for fixed in (False, True):
        losses = _losses(mechanism, len(choices))
        chances = mechanism.estimator.chances
        assert chances.sum().item() == pytest.approx(1)
        found.append(_gradient(mechanism, (chances * (losses.detach() if fixed else losses)).sum()))
    return found


@pytest.mark.parametrize("kind", ["hard", "location_hard"])
@pytest.mark.parametrize("frozen", [True, False], ids=["frozen-baseline", "moving-baseline"])
def test_the_mean_of_reinforces_gradient_is_that_of_the_expected_loss(kind, frozen):
    options = {"heads": 1, "head_size": 2, "score": "dot", "reinforcement": 1.0, "entropy": 0.0}
    options |= {"width": 1} if kind == "location_hard" else {}
    variant = {"kind": kind, "estimator": "reinforce"}
    mechanism = mechanism_of(variant, size=3, **options).double().train()
    for parameter in mechanism.parameters():
        nn.init.normal_(parameter)  # so that the choice matters
    estimator, lengths = mechanism.estimator, torch.full((400,), 3)
    found = []
    for _ in range(80):
        if frozen:
            estimator.total.fill_(0.2)
            estimator.weight.fill_(1.0)
        losses = _losses(mechanism, 400)
        found.append(_gradient(mechanism, losses.mean() + estimator.term(losses, lengths)))
    found = torch.stack(found[1:])  # the first baseline is of the batch itself
    error = found.std(dim=0) / len(found) ** 0.5
    exact, by_chance = _exact(mechanism)
    assert (by_chance.abs() > 10 * error).sum() > 2  # else the test could hardly fail
    assert ((found.mean(dim=0) - exact).abs() < 4.5 * error + 1e-9).all()


def test_only_reinforce_has_a_term():
    assert [issubclass(one, LossTerm) for one in (Gumbel, Reinforce)] == [False, True]
