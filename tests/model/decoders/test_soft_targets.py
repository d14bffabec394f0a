"""The loss by soft targets is the cross-entropy of the paths' distributions, by enumeration."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from enumeration import LABEL, batch_of, every_scheme, legal_paths
from torch import nn

from ner.features.soft import SoftTags, joined_soft
from ner.model.decoders import build
from ner.model.decoders.crf import CLOSED
from ner.model.decoders.soft import SoftTargets
from ner.settings import CRFSettings, Seq2SeqSettings, SoftmaxSettings
from ner.tags import tag_set

SIZE = 4
LENGTHS = [4, 1, 3]


def decoder_of(settings, scheme="BIO", seed=0):
    torch.manual_seed(seed)
    made = build(settings, size=SIZE, tags=tag_set(LABEL, scheme=scheme), scheme=scheme).double()
    for parameter in made.parameters():
        shut = parameter == CLOSED
        nn.init.normal_(parameter)
        parameter.data[shut] = CLOSED
    return made


def teacher(scheme, lengths, seed=1):
    """A distribution over each sentence's legal paths, and its pairs."""
    rng = np.random.default_rng(seed)
    tags = len(tag_set(LABEL, scheme=scheme))
    shares, soft = [], []
    for length in lengths:
        paths = legal_paths(scheme, length)
        own = rng.dirichlet(np.ones(len(paths)))
        dense = np.zeros((length, tags, tags))
        for path, share in zip(paths, own, strict=True):
            dense[0, 0, path[0]] += share
            dense[np.arange(1, length), path[:-1], path[1:]] += share
        shares.append(torch.from_numpy(own))
        soft.append(exact(dense))
    return shares, soft


def exact(dense):
    """As ``SoftTags.sparse``, not rounded to 16 bits."""
    return replace(SoftTags.sparse(dense, 0.0), probabilities=dense[dense > 0])


def targets(soft, mask, share=1.0):
    batch = joined_soft(soft, mask.shape[1])
    found = SoftTargets.of(batch, mask.numpy(), torch.device("cpu"))
    return SoftTargets(found.marginals, found.shares * share)


def one_hot(tags, path):
    dense = np.zeros((len(path), tags, tags))
    dense[0, 0, path[0]] = 1
    dense[np.arange(1, len(path)), path[:-1], path[1:]] = 1
    return SoftTags.sparse(dense, 0.0)


def padded(paths, mask):
    found = torch.zeros(mask.shape, dtype=torch.int64)
    for row, path in zip(found, paths, strict=True):
        row[: len(path)] = torch.tensor(path)
    return found


def gradients(losses, leaves):
    found = torch.autograd.grad(losses.sum(), leaves, allow_unused=True)
    return [torch.zeros(1) if one is None else one for one in found]


@every_scheme
def test_a_crfs_loss_and_gradients_are_those_of_all_paths(scheme):
    decoder = decoder_of(CRFSettings(smoothing=0.3), scheme)
    states, mask = batch_of(LENGTHS, SIZE)
    states = states.double().requires_grad_()
    shares, soft = teacher(scheme, LENGTHS)
    hard = padded([legal_paths(scheme, length)[0] for length in LENGTHS], mask)
    leaves = [states, *decoder.parameters()]
    found = decoder.losses(states, mask, hard, targets(soft, mask))
    plain = decoder_of(CRFSettings(), scheme)
    plain.load_state_dict(decoder.state_dict())
    own, losses = [states, *plain.parameters()], []
    for row, (length, share) in enumerate(zip(LENGTHS, shares, strict=True)):
        for path, part in zip(legal_paths(scheme, length), share, strict=True):
            one = plain.losses(
                states[row : row + 1, :length], mask[row : row + 1, :length], torch.tensor([path])
            )
            losses.append(part * one.sum())
    torch.testing.assert_close(found.sum(), torch.stack(losses).sum(), atol=1e-5, rtol=1e-5)
    pairs = zip(gradients(found, leaves), gradients(torch.stack(losses), own), strict=True)
    for one, by_hand in pairs:
        torch.testing.assert_close(one, by_hand, atol=1e-5, rtol=1e-5)


def test_a_softmaxs_loss_is_the_cross_entropy_of_each_character():
    decoder = decoder_of(SoftmaxSettings(smoothing=0.2))
    states, mask = batch_of(LENGTHS, SIZE)
    _, soft = teacher("BIO", LENGTHS)
    found = decoder.losses(
        states.double(), mask, torch.zeros_like(mask).long(), targets(soft, mask)
    )
    for row, one in enumerate(soft):
        logs = decoder.emissions(states[row, : len(one)].double()).log_softmax(dim=-1)
        wanted = torch.from_numpy(one.dense().sum(axis=1))
        assert found[row].item() == pytest.approx(-(wanted * logs).sum().item(), abs=1e-5)


@pytest.mark.parametrize("settings", [CRFSettings(), SoftmaxSettings()], ids=lambda one: one.kind)
@pytest.mark.parametrize("share", [0.25, 1.0])
def test_with_one_path_alone_it_is_the_hard_loss(settings, share):
    decoder = decoder_of(settings, "BIOES")
    states, mask = batch_of(LENGTHS, SIZE)
    states = states.double().requires_grad_()
    paths = [legal_paths("BIOES", length)[-1] for length in LENGTHS]
    soft = [one_hot(5, path) for path in paths]
    leaves = [states, *decoder.parameters()]
    hard = decoder.losses(states, mask, padded(paths, mask))
    found = decoder.losses(states, mask, padded(paths, mask), targets(soft, mask, share))
    torch.testing.assert_close(found, hard, atol=1e-6, rtol=1e-6)
    for one, expected in zip(gradients(found, leaves), gradients(hard, leaves), strict=True):
        torch.testing.assert_close(one, expected, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize(
    "settings", [CRFSettings(smoothing=0.2), SoftmaxSettings()], ids=lambda one: one.kind
)
def test_a_share_mixes_and_sentences_without_soft_targets_keep_their_loss(settings):
    decoder = decoder_of(settings)
    states, mask = batch_of(LENGTHS, SIZE)
    states = states.double()
    hard = padded([legal_paths("BIO", length)[1] for length in LENGTHS], mask)
    _, soft = teacher("BIO", LENGTHS)
    soft[1] = None
    plain = decoder.losses(states, mask, hard)
    whole = decoder.losses(states, mask, hard, targets(soft, mask))
    mixed = decoder.losses(states, mask, hard, targets(soft, mask, 0.3))
    torch.testing.assert_close(
        mixed, 0.7 * plain + 0.3 * torch.stack([whole[0], plain[1], whole[2]])
    )
    assert whole[1] == plain[1]
    assert not torch.isclose(whole[0], plain[0])


def test_an_encoder_decoder_refuses_them():
    decoder = decoder_of(Seq2SeqSettings())
    states, mask = batch_of(LENGTHS, SIZE)
    _, soft = teacher("BIO", LENGTHS)
    with pytest.raises(TypeError, match="cannot learn from soft targets"):
        decoder.losses(states.double(), mask, mask.long(), targets(soft, mask))
