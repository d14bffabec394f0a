"""The fast log partition equals pytorch-crf's and enumeration, gradients included."""

from itertools import product

import pytest
import torch
from torchcrf import CRF

from ner.model.decoders import products
from ner.model.decoders.chain import log_partition, path_score

CLOSED = -10_000.0
LENGTHS = [[4], [1], [1, 1], [5, 3, 1], [2, 6, 6, 4], [1, 7]]

ragged = pytest.mark.parametrize("lengths", LENGTHS, ids=str)
both_precisions = pytest.mark.parametrize(
    ("dtype", "close"),
    [(torch.float64, {"atol": 1e-9, "rtol": 1e-9}), (torch.float32, {"atol": 1e-4, "rtol": 1e-5})],
    ids=["float64", "float32"],
)


@pytest.fixture(autouse=True, params=[False, True], ids=["steps", "products"])
def way(request, monkeypatch):
    """All of it a step a character, and by products, which are for a GPU."""
    monkeypatch.setattr(products, "pay", lambda local: request.param)
    return request.param


def _case(lengths, *, tags=3, dtype=torch.float64, scale=2.0, closed=True):
    """Emissions, mask, path and chain; tag 0 is open everywhere, a third of the rest is closed."""
    generator = torch.Generator().manual_seed(sum(lengths))
    emissions = torch.randn(len(lengths), max(lengths), tags, generator=generator) * scale
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    path = torch.randint(tags, mask.shape, generator=generator)
    scores = torch.randn(tags + 2, tags, generator=generator)
    shut = torch.rand(tags + 2, tags, generator=generator) < 1 / 3
    shut[:, 0] = shut[0] = False
    scores = scores.masked_fill(shut & closed, CLOSED).to(dtype)
    chain = {"start": scores[-2].clone(), "end": scores[-1].clone(), "between": scores[:tags]}
    return emissions.to(dtype), mask, path, chain


def _reference(chain):
    """pytorch-crf with the chain's scores, in their precision."""
    crf = CRF(len(chain["start"]), batch_first=True).to(chain["start"].dtype)
    parts = {"start_transitions": "start", "end_transitions": "end", "transitions": "between"}
    crf.load_state_dict({name: chain[part] for name, part in parts.items()})
    return crf


def _enumerated(emissions, mask, chain):
    """The log sum over every path of each sentence, one after the other."""
    totals = []
    for own, length in zip(emissions, mask.sum(dim=1).tolist(), strict=True):
        paths = torch.tensor(list(product(range(own.shape[1]), repeat=length)))  # (paths, length)
        scores = chain["start"][paths[:, 0]] + chain["end"][paths[:, -1]]
        scores = scores + own[torch.arange(length), paths].sum(dim=1)
        scores = scores + chain["between"][paths[:, :-1], paths[:, 1:]].sum(dim=1)
        totals.append(scores.logsumexp(dim=0))
    return torch.stack(totals)


def _gradients(values, weights, leaves):
    return torch.autograd.grad((values * weights).sum(), leaves, materialize_grads=True)


@ragged
@both_precisions
def test_the_log_partition_equals_enumeration(lengths, dtype, close):
    emissions, mask, _, chain = _case(lengths, dtype=dtype)
    total = log_partition(emissions, mask, **chain)
    assert total.dtype == dtype
    torch.testing.assert_close(total, _enumerated(emissions, mask, chain), **close)


@ragged
@both_precisions
def test_likelihoods_and_gradients_equal_pytorch_crfs(lengths, dtype, close):
    emissions, mask, path, chain = _case(lengths, dtype=dtype, tags=5)
    weights = torch.linspace(0.5, 2, len(lengths), dtype=dtype)
    crf = _reference(chain)
    parts = {
        "start": crf.start_transitions,
        "end": crf.end_transitions,
        "between": crf.transitions,
    }
    leaves = [emissions.requires_grad_(), *parts.values()]
    expected = crf(emissions, path, mask, reduction="none")
    found = path_score(emissions, mask, path, **parts) - log_partition(emissions, mask, **parts)
    torch.testing.assert_close(found, expected, **close)
    pairs = zip(
        _gradients(found, weights, leaves), _gradients(expected, weights, leaves), strict=True
    )
    for own, theirs in pairs:
        torch.testing.assert_close(own, theirs, **close)


@ragged
def test_gradients_equal_those_of_enumeration(lengths):
    emissions, mask, _, chain = _case(lengths)
    leaves = [value.requires_grad_() for value in (emissions, *chain.values())]
    weights = torch.linspace(-1, 2, len(lengths), dtype=torch.float64)
    found = _gradients(log_partition(emissions, mask, **chain), weights, leaves)
    expected = _gradients(_enumerated(emissions, mask, chain), weights, leaves)
    for own, by_hand in zip(found, expected, strict=True):
        torch.testing.assert_close(own, by_hand, atol=1e-12, rtol=1e-9)


@pytest.mark.parametrize("closed", [True, False])
@ragged
def test_gradients_are_those_of_finite_differences(lengths, closed):
    emissions, mask, _, chain = _case(lengths, closed=closed)
    inputs = [value.requires_grad_() for value in (emissions, *chain.values())]

    def total(emissions, start, end, between):
        return log_partition(emissions, mask, start=start, end=end, between=between)

    assert torch.autograd.gradcheck(total, inputs)


def test_gradients_of_emissions_are_probabilities():
    emissions, mask, _, chain = _case([2, 6, 4], tags=4)
    (shares,) = torch.autograd.grad(
        log_partition(emissions.requires_grad_(), mask, **chain).sum(), [emissions]
    )
    torch.testing.assert_close(shares.sum(dim=-1), mask.double())
    assert (shares >= 0).all()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("lengths", [[5, 3, 1], [6, 6]], ids=str)
def test_emissions_of_300_stay_finite_and_exact(lengths, dtype):
    emissions, mask, _, chain = _case(lengths, dtype=dtype)
    sure = (emissions.sign() * 300).requires_grad_()
    leaves = [sure, *(value.requires_grad_() for value in chain.values())]
    total = log_partition(sure, mask, **chain)
    exact = {name: value.double() for name, value in chain.items()}
    expected = _enumerated(sure.double(), mask, exact)
    torch.testing.assert_close(total, expected.to(dtype), atol=1e-9, rtol=1e-6)
    ones = torch.ones(len(lengths), dtype=dtype)
    pairs = zip(_gradients(total, ones, leaves), _gradients(expected, ones, leaves), strict=True)
    for own, by_hand in pairs:
        torch.testing.assert_close(own, by_hand, atol=1e-5, rtol=1e-5)


def test_a_sentence_of_a_thousand_characters_equals_pytorch_crf():
    emissions, mask, path, chain = _case([1000, 700], tags=5, scale=10.0)
    found = path_score(emissions, mask, path, **chain) - log_partition(emissions, mask, **chain)
    expected = _reference(chain)(emissions, path, mask, reduction="none")
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=1e-9)


@pytest.mark.parametrize("garbage", [0.0, 1e30, -1e30])
def test_padding_changes_neither_value_nor_gradient(garbage):
    emissions, mask, path, chain = _case([5, 3, 1])
    dirty = emissions.masked_fill(~mask[..., None], garbage)
    other = path.masked_fill(~mask, 1)
    gradients = []
    for scores, tags in ((emissions, path), (dirty, other)):
        leaves = [scores.requires_grad_(), *(part.requires_grad_() for part in chain.values())]
        loss = log_partition(scores, mask, **chain) - path_score(scores, mask, tags, **chain)
        gradients.append((loss, *_gradients(loss, torch.ones(3), leaves)))
    assert all(torch.equal(*pair) for pair in zip(*gradients, strict=True))
    assert (gradients[1][1][~mask] == 0).all()


def test_a_path_scores_its_own_emissions_and_transitions():
    emissions = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]]]).repeat(2, 1, 1)
    chain = {
        "start": torch.tensor([0.1, 0.2]),
        "end": torch.tensor([0.01, 0.02]),
        "between": torch.tensor([[100.0, 200.0], [300.0, 400.0]]),
    }
    mask = torch.tensor([[True, True, True], [True, False, False]])
    scores = path_score(emissions, mask, torch.tensor([[0, 1, 1], [1, 0, 0]]), **chain)
    expected = [0.1 + 1 + 200 + 20 + 400 + 40 + 0.02, 0.2 + 10 + 0.02]
    torch.testing.assert_close(scores, torch.tensor(expected))
