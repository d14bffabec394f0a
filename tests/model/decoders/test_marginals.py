"""Marginals, the divergence of two chains, and label smoothing, by enumeration of all paths."""

import pytest
import torch
from enumeration import LABEL, batch_of, every_scheme, legal_paths

from ner.model.decoders.chain import log_partition
from ner.model.decoders.crf import CRFDecoder
from ner.model.decoders.marginals import even, marginals
from ner.model.decoders.softmax import SoftmaxDecoder
from ner.settings import CRFSettings, SoftmaxSettings
from ner.tags import tag_set

SIZE, LENGTHS = 4, [4, 1, 3, 2]
every_smoothing = pytest.mark.parametrize("smoothing", [0.1, 0.5, 0.99])


def crf(scheme, *, smoothing=0.0, seed=0):
    """In training mode, with open transitions that are drawn."""
    torch.manual_seed(seed)
    tags = tag_set(LABEL, scheme=scheme)
    decoder = CRFDecoder(CRFSettings(smoothing=smoothing), size=SIZE, tags=tags, scheme=scheme)
    for parameter in decoder.crf.parameters():
        parameter.data += torch.randn_like(parameter) * (parameter > -1000)
    return decoder


def logs(decoder, scheme, states):
    """All legal paths of one sentence's states (length, size), and the log of each one's share."""
    paths = torch.tensor(legal_paths(scheme, len(states)))  # (paths, length)
    emissions, chain = decoder.emissions(states).double(), decoder.crf
    scores = emissions[torch.arange(len(states)), paths].sum(dim=1)
    scores = scores + chain.start_transitions[paths[:, 0]] + chain.end_transitions[paths[:, -1]]
    scores = scores + chain.transitions[paths[:, :-1], paths[:, 1:]].sum(dim=1)
    return paths, scores.log_softmax(dim=0)


@every_scheme
def test_the_marginals_are_the_gradient_of_the_log_partition(scheme):
    decoder, (states, mask) = crf(scheme), batch_of(LENGTHS, SIZE)
    emissions = decoder.emissions(states).double().detach().requires_grad_()
    chain = {
        name: value.detach().double().requires_grad_() for name, value in decoder._chain.items()
    }
    log_partition(emissions, mask, **chain).sum().backward()
    found = marginals(emissions, mask, **chain)
    torch.testing.assert_close(found.tags, emissions.grad)
    torch.testing.assert_close(found.tags[:, 0].sum(dim=0), chain["start"].grad)
    torch.testing.assert_close(found.ends.sum(dim=0), chain["end"].grad)
    torch.testing.assert_close(found.pairs.sum(dim=0), chain["between"].grad)


@every_scheme
def test_gradients_pass_through_the_marginals(scheme):
    decoder, (states, mask) = crf(scheme), batch_of([3, 1, 2], SIZE)
    chain = {name: value.detach().double() for name, value in decoder._chain.items()}
    emissions = decoder.emissions(states).double().detach().requires_grad_()
    between = chain.pop("between")
    shut = between < -1000

    def parts(emissions, opened):
        moved = between.masked_scatter(~shut, opened)
        found = marginals(emissions, mask, between=moved, **chain)
        return found.tags, found.pairs, found.ends

    assert torch.autograd.gradcheck(parts, (emissions, between[~shut].clone().requires_grad_()))


@every_scheme
@pytest.mark.parametrize("length", [1, 2, 4])
def test_in_an_even_chain_all_legal_paths_count_the_same(scheme, length):
    decoder, (states, mask) = crf(scheme), batch_of([length, 4], SIZE)
    found = even(mask, decoder.rules)
    paths = torch.tensor(legal_paths(scheme, length))
    shares = torch.nn.functional.one_hot(paths, len(decoder.rules.end)).double().mean(dim=0)
    torch.testing.assert_close(found.tags[0, :length], shares)
    assert not found.tags[0, length:].any()
    _, own = logs(decoder, scheme, states[0, :length])
    total = log_partition(decoder.emissions(states).double(), mask, **decoder._chain)
    mean = found.expected(decoder.emissions(states), **decoder._chain)
    torch.testing.assert_close((mean - total)[0], own.mean())


@every_scheme
@every_smoothing
def test_a_smoothed_loss_is_the_mixture_over_enumerated_paths(scheme, smoothing):
    decoder, (states, mask) = crf(scheme, smoothing=smoothing), batch_of(LENGTHS, SIZE)
    assert decoder.training
    for row, length in enumerate(LENGTHS):
        paths, own = logs(decoder, scheme, states[row, :length])
        for path, share in list(zip(paths, own, strict=True))[::3]:
            gold = torch.zeros(4, dtype=torch.long)
            gold[:length] = path
            losses = decoder.losses(states, mask, gold.repeat(4, 1))
            expected = -(1 - smoothing) * share - smoothing * own.mean()
            assert losses[row].item() == pytest.approx(expected.item(), abs=1e-5)
            assert losses[row] > 0


@every_scheme
def test_smoothing_leaves_illegal_transitions_alone_and_moves_all_others(scheme):
    decoder, (states, mask) = crf(scheme, smoothing=0.2), batch_of([4, 4, 3], SIZE)
    decoder.losses(states, mask, torch.tensor([legal_paths(scheme, 4)[0]] * 3)).sum().backward()
    for scores in decoder._chain.values():
        shut = scores < -1000
        assert not scores.grad[shut].any()
        assert scores.grad[~shut].all()


def test_without_smoothing_the_loss_is_as_before():
    states, mask = batch_of(LENGTHS, SIZE)
    gold = torch.zeros(4, 4, dtype=torch.long)
    plain, tiny = (crf("BIOES", smoothing=e).losses(states, mask, gold) for e in (0.0, 1e-9))
    torch.testing.assert_close(plain, tiny)


@every_smoothing
def test_softmax_smooths_each_character_over_all_tags(smoothing):
    tags = tag_set(LABEL, scheme="BIO")
    settings = SoftmaxSettings(smoothing=smoothing)
    decoder = SoftmaxDecoder(settings, size=SIZE, tags=tags, scheme="BIO")
    states, mask = batch_of(LENGTHS, SIZE)
    gold = torch.randint(3, mask.shape, generator=torch.Generator().manual_seed(1))
    own = decoder.emissions(states).log_softmax(dim=-1)
    chosen = own.gather(-1, gold[..., None])[..., 0]
    expected = -((1 - smoothing) * chosen + smoothing * own.mean(dim=-1)) * mask
    torch.testing.assert_close(decoder.losses(states, mask, gold), expected.sum(dim=1))


@every_scheme
def test_the_divergence_of_two_crfs_is_that_of_their_enumerated_paths(scheme):
    decoder = crf(scheme)
    (states, mask), (others, _) = (batch_of(LENGTHS, SIZE, seed=seed) for seed in (0, 1))
    found = decoder.divergences(states, others, mask)
    for row, length in enumerate(LENGTHS):
        p, q = (logs(decoder, scheme, one[row, :length])[1] for one in (states, others))
        expected = ((p.exp() - q.exp()) * (p - q)).sum() / 2
        assert found[row].item() == pytest.approx(expected.item(), abs=1e-6)
        assert found[row] > 0
    torch.testing.assert_close(decoder.divergences(others, states, mask), found)
    assert not decoder.divergences(states, states, mask).any()
