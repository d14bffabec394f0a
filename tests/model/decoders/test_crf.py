"""The CRF is closed to illegal tags, in training and in decoding, and its loss is exact."""

from itertools import product

import pytest
import torch
from torch import nn

from ner.model.decoders.crf import CLOSED, CRFDecoder
from ner.settings import CRFSettings, TrainingSettings
from ner.tags import WRITABLE, continues, illegal_neighbours, legal, tag_set
from ner.training.optimiser import adamw

SIZE = 4
LABELS = ("人名", "地名")

every_scheme = pytest.mark.parametrize("scheme", WRITABLE)


def _decoder(scheme, *, labels=LABELS, seed=0, std=0.0):
    """A decoder, its weights and its open transitions drawn with ``std`` if that is given."""
    torch.manual_seed(seed)
    decoder = CRFDecoder(
        CRFSettings(), size=SIZE, tags=tag_set(labels, scheme=scheme), scheme=scheme
    )
    for parameter in decoder.parameters() if std else ():
        shut = parameter == CLOSED
        nn.init.normal_(parameter, std=std)
        parameter.data[shut] = CLOSED
    return decoder


def _batch(lengths, *, seed=0):
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(len(lengths), max(lengths), SIZE, generator=generator)
    return states, torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def _closed(scheme, labels=LABELS):
    """What the scheme forbids: as a start, as an end, from row to column."""
    tags = tag_set(labels, scheme=scheme)
    forbidden = [
        [not legal(None, tag, scheme=scheme) for tag in tags],
        [not legal(tag, None, scheme=scheme) for tag in tags],
        [[not legal(a, b, scheme=scheme) for b in tags] for a in tags],
    ]
    return [torch.tensor(part) for part in forbidden]


def _chain(decoder):
    crf = decoder.crf
    return [crf.start_transitions, crf.end_transitions, crf.transitions]


def _legal_path(scheme, length, generator, labels=LABELS):
    """A random legal path, a tag after the other."""
    tags = tag_set(labels, scheme=scheme)
    while True:
        path = torch.randint(len(tags), (length,), generator=generator).tolist()
        for place in range(1, length):
            before = tags[path[place - 1]]
            follows = [k for k, tag in enumerate(tags) if legal(before, tag, scheme=scheme)]
            path[place] = follows[path[place] % len(follows)]
        if not illegal_neighbours([tags[k] for k in path], scheme=scheme):
            return path


@every_scheme
def test_exactly_the_illegal_transitions_are_closed(scheme):
    for scores, shut in zip(_chain(_decoder(scheme)), _closed(scheme), strict=True):
        assert torch.equal(scores == CLOSED, shut)


@every_scheme
def test_illegal_transitions_have_no_gradient_and_stay_closed_while_training(scheme):
    decoder, closed = _decoder(scheme), _closed(scheme)
    opened = [scores.detach()[~shut] for scores, shut in zip(_chain(decoder), closed, strict=True)]
    optimiser = adamw(decoder, TrainingSettings(learning_rate=0.1, weight_decay=0.5))
    generator = torch.Generator().manual_seed(1)
    for step in range(15):
        states, mask = _batch([6, 4, 2], seed=step)
        paths = [_legal_path(scheme, 6, generator) for _ in range(3)]
        shorter = [_legal_path(scheme, int(length), generator) for length in mask.sum(dim=1)]
        tags = [own + path[len(own) :] for own, path in zip(shorter, paths, strict=True)]
        optimiser.zero_grad()
        decoder.losses(states, mask, torch.tensor(tags)).mean().backward()
        for scores, shut in zip(_chain(decoder), closed, strict=True):
            assert (scores.grad[shut] == 0).all()
        optimiser.step()
    for scores, shut, before in zip(_chain(decoder), closed, opened, strict=True):
        assert (scores[shut] == CLOSED).all()
        assert (scores[~shut] != before).all()


@every_scheme
@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("std", [0.1, 5.0, 40.0])
@torch.no_grad()
def test_no_decoded_path_is_illegal(scheme, training, std):
    names = tag_set(LABELS, scheme=scheme)
    for seed in range(12):
        decoder = _decoder(scheme, seed=seed, std=std).train(training)
        states, mask = _batch([1, 9, 4, 2, 9], seed=seed)
        for tags, length in zip(decoder.decode(states, mask).tags, mask.sum(dim=1), strict=True):
            assert len(tags) == length
            assert illegal_neighbours([names[k] for k in tags], scheme=scheme) == 0


def _paths(decoder, emissions):
    """Every path over (length, tags) emissions, and its log probability."""
    length, count = emissions.shape
    start, end, between = (part.detach().double() for part in _chain(decoder))
    paths = torch.tensor(list(product(range(count), repeat=length)))  # (paths, length)
    scores = start[paths[:, 0]] + end[paths[:, -1]]
    scores = scores + emissions.double()[torch.arange(length), paths].sum(dim=1)
    scores = scores + between[paths[:, :-1], paths[:, 1:]].sum(dim=1)
    return paths, scores.log_softmax(dim=0)


@every_scheme
@pytest.mark.parametrize("length", [1, 2, 3, 4])
@torch.no_grad()
def test_the_loss_is_minus_the_log_of_the_enumerated_probability(scheme, length):
    decoder = _decoder(scheme, labels=("人名",), std=1.0)
    states, mask = _batch([length, 4])
    paths, shares = _paths(decoder, decoder.emissions(states)[0, :length])
    names = tag_set(("人名",), scheme=scheme)
    for path, share in zip(paths.tolist(), shares, strict=True):
        if illegal_neighbours([names[tag] for tag in path], scheme=scheme):
            assert share < CLOSED / 2
            continue
        tags = torch.tensor([path])
        (loss,) = decoder.losses(states[:1, :length], mask[:1, :length], tags)
        assert loss.item() == pytest.approx(-share.item(), abs=1e-5)


@torch.no_grad()
def test_each_sentence_of_a_batch_has_its_own_loss():
    decoder = _decoder("BIO", labels=("人名",), std=1.0)
    states, mask = _batch([4, 2])
    emissions = decoder.emissions(states)
    own = []
    for sentence, path in ((0, [1, 2, 0, 1]), (1, [0, 1])):
        paths, shares = _paths(decoder, emissions[sentence, : len(path)])
        own.append(-shares[paths.tolist().index(path)].item())
    losses = decoder.losses(states, mask, torch.tensor([[1, 2, 0, 1], [0, 1, 2, 2]]))
    assert losses.tolist() == pytest.approx(own, abs=1e-5)


@every_scheme
@pytest.mark.parametrize("margin", [1.0, 30.0, 150.0])
@torch.no_grad()
def test_the_loss_is_never_negative_beyond_rounding(scheme, margin):
    generator = torch.Generator().manual_seed(3)
    names = tag_set(LABELS, scheme=scheme)
    decoder = CRFDecoder(CRFSettings(), size=len(names), tags=names, scheme=scheme)
    decoder.linear.weight.copy_(torch.eye(len(names)) * margin)
    for length in (1, 2, 10, 200):
        tags = torch.tensor([_legal_path(scheme, length, generator)])
        states = nn.functional.one_hot(tags, len(names)).float()
        mask = torch.ones_like(tags, dtype=torch.bool)
        (loss,) = decoder.losses(states, mask, tags)
        assert loss >= -1e-6 * margin * length
        assert margin == 1.0 or loss < 0.5 + 1e-6 * margin * length


@every_scheme
@torch.no_grad()
def test_the_lattice_knows_which_tags_are_of_one_entity(scheme):
    names = tag_set(LABELS, scheme=scheme)
    states, mask = _batch([3])
    within = _decoder(scheme).decode(states, mask).transitions.continues
    assert within.tolist() == [[continues(a, b) for b in names] for a in names]
    assert within.any()


@torch.no_grad()
def test_emissions_in_half_precision_are_decoded_and_scored():
    decoder = _decoder("BIOES", std=1.0).bfloat16()
    states, mask = _batch([5, 3])
    losses = decoder.losses(states.bfloat16(), mask, torch.zeros(2, 5, dtype=torch.long))
    assert losses.isfinite().all()
    assert [len(tags) for tags in decoder.decode(states.bfloat16(), mask).tags] == [5, 3]
