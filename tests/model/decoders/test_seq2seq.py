"""The encoder–decoder: its loss and its decoding against a loop over single sentences."""

from math import log

import pytest
import torch
from enumeration import LABEL, batch_of, every_scheme, legal_paths
from mechanisms import HEADS, every_variant
from torch import nn
from torch.nn.functional import cross_entropy

from ner.model.decoders.seq2seq import Seq2SeqDecoder
from ner.settings import Seq2SeqSettings
from ner.tags import illegal_neighbours, tag_set

SIZE, LENGTHS = 6, [4, 1, 3, 2]
SMALL = {"heads": HEADS, "head_size": 4}


def _decoder(variant=None, *, scheme="BIOES", seed=0, std=0.5, labels=LABEL, **options):
    """A decoder with random weights, without dropout if none is given."""
    torch.manual_seed(seed)
    attention = {**(variant or {"kind": "soft", "score": "additive"}), **SMALL}
    given = {"size": 5, "tag_size": 3, "dropout": 0.0, **options, "attention": attention}
    settings = Seq2SeqSettings.model_validate(given)
    tags = tag_set(labels, scheme=scheme)
    decoder = Seq2SeqDecoder(settings, size=SIZE, tags=tags, scheme=scheme)
    for parameter in decoder.parameters():
        nn.init.normal_(parameter, std=std)
    return decoder.eval()


def _gold(mask):
    return torch.randint(4, mask.shape, generator=torch.Generator().manual_seed(1))


def _written(decoder, items, path):
    """Of one sentence (length, size), fed with ``path``: scores and weights, tag after tag."""
    items, real = items[None], torch.ones(1, len(items), dtype=torch.bool)
    hidden = cell = torch.zeros(1, 5)
    scores, weights, last = [], [], torch.tensor([decoder.nothing])
    for place in range(items.shape[1]):
        own = items[:, place]
        query = torch.cat([hidden, own], dim=-1)[:, None]
        weights.append(decoder.attention.weights(query, items, real, first=place)[0, :, 0])
        context = decoder.attention(query, items, real, first=place)[:, 0]
        fed = torch.cat([decoder.tags(last), own, context], dim=-1)
        hidden, cell = decoder.cell(fed, (hidden, cell))
        scores.append(decoder.linear(torch.cat([hidden, own, context], dim=-1))[0])
        last = torch.tensor([path[place]])
    return torch.stack(scores), torch.stack(weights, dim=1)  # (length, tags), (heads, length, m)


@every_variant
@torch.no_grad()
def test_losses_equal_those_of_a_loop_over_single_sentences(variant):
    decoder, (states, mask) = _decoder(variant), batch_of(LENGTHS, SIZE)
    tags = _gold(mask)
    expected = []
    for own, gold, length in zip(states, tags.tolist(), LENGTHS, strict=True):
        scores, _ = _written(decoder, own[:length], gold[:length])
        shares = scores.softmax(dim=-1).tolist()
        expected.append(-sum(log(row[tag]) for row, tag in zip(shares, gold[:length], strict=True)))
    found = decoder.losses(states, mask, tags)
    torch.testing.assert_close(found, torch.tensor(expected), atol=1e-4, rtol=1e-5)


@every_variant
def test_gradients_in_training_mode_reach_every_parameter(variant):
    decoder, (states, mask) = _decoder(variant, dropout=0.2).train(), batch_of([6, 4], SIZE)
    losses = decoder.losses(states, mask, _gold(mask))
    estimator = getattr(decoder.attention, "estimator", None)
    loss = losses.mean()
    if hasattr(estimator, "term"):
        loss = loss + estimator.term(losses, mask.sum(dim=1))
    loss.backward()
    for name, parameter in decoder.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all() and parameter.grad.abs().max() > 0, name


@every_variant
@torch.no_grad()
def test_company_padding_and_what_stands_there_change_nothing(variant):
    decoder, (states, mask) = _decoder(variant), batch_of(LENGTHS, SIZE)
    dirty = states.masked_fill(~mask[..., None], 1e3)
    together, weights = decoder.decode(dirty, mask), decoder.weights(dirty, mask)
    for sentence, length in enumerate(LENGTHS):
        alone = states[sentence, :length][None], mask[sentence, :length][None]
        assert decoder.decode(*alone).tags == together.tags[sentence : sentence + 1]
        own = weights[sentence, :, :length, :length]
        torch.testing.assert_close(own, decoder.weights(*alone)[0], atol=1e-5, rtol=1e-5)


@every_variant
@torch.no_grad()
def test_weights_are_what_each_written_tag_attended_to(variant):
    decoder, (states, mask) = _decoder(variant), batch_of(LENGTHS, SIZE)
    weights = decoder.weights(states, mask)
    assert weights.shape == (4, HEADS, 4, 4)
    sums = weights.sum(dim=-1).transpose(1, 2)[mask]
    torch.testing.assert_close(sums, torch.ones_like(sums))
    for sentence, (tags, length) in enumerate(
        zip(decoder.decode(states, mask).tags, LENGTHS, strict=True)
    ):
        _, expected = _written(decoder, states[sentence, :length], tags)
        own = weights[sentence, :, :length, :length]
        torch.testing.assert_close(own, expected, atol=1e-5, rtol=1e-5)


@every_scheme
@pytest.mark.parametrize("beam", [1, 4])
@torch.no_grad()
def test_no_written_path_is_illegal(scheme, beam):
    labels, lengths = ("人名", "地名"), [1, 9, 4, 2, 1]
    names = tag_set(labels, scheme=scheme)
    for seed, std in ((0, 0.1), (1, 1.0), (2, 10.0)):
        decoder = _decoder(scheme=scheme, beam=beam, seed=seed, std=std, labels=labels)
        found = decoder.decode(*batch_of(lengths, SIZE, seed=seed)).tags
        assert [len(tags) for tags in found] == lengths
        for tags in found:
            assert illegal_neighbours([names[k] for k in tags], scheme=scheme) == 0


def _log_probability(decoder, items, path, scheme):
    """Of a legal path among legal ones: each tag's share of those that may stand there."""
    scores, _ = _written(decoder, items, path)
    total = 0.0
    for place, row in enumerate(scores):
        paths = legal_paths(scheme, len(path))
        open_ = sorted({one[place] for one in paths if one[:place] == path[:place]})
        total += (row[path[place]] - row[open_].logsumexp(dim=0)).item()
    return total


@every_scheme
@torch.no_grad()
def test_a_beam_as_wide_as_there_are_paths_finds_the_best_of_all(scheme):
    decoder = _decoder(scheme=scheme, beam=len(legal_paths(scheme, 4)), std=1.0)
    states, mask = batch_of(LENGTHS, SIZE)
    decoded = decoder.decode(states, mask)
    for sentence, (own, length) in enumerate(zip(states, LENGTHS, strict=True)):
        paths = legal_paths(scheme, length)
        found = [_log_probability(decoder, own[:length], path, scheme) for path in paths]
        assert torch.tensor(found).exp().sum().item() == pytest.approx(1, abs=1e-5)
        assert tuple(decoded.tags[sentence]) == paths[found.index(max(found))]
        share = decoded.probability(sentence, 0, length)
        assert share == pytest.approx(torch.tensor(max(found)).exp().item(), abs=1e-5)


@torch.no_grad()
def test_a_beam_of_one_takes_the_likeliest_legal_tag_each_time():
    decoder, (states, mask) = _decoder(beam=1, std=1.0), batch_of(LENGTHS, SIZE)
    found = decoder.decode(states, mask).tags
    for own, tags, length in zip(states, found, LENGTHS, strict=True):
        scores, _ = _written(decoder, own[:length], tags)
        for place, row in enumerate(scores):
            paths = legal_paths("BIOES", length)
            open_ = {one[place] for one in paths if list(one[:place]) == tags[:place]}
            assert tags[place] == max(open_, key=lambda tag: row[tag])


# Scheduled sampling.


@torch.no_grad()
def test_the_share_of_own_tags_rises_with_each_loss_in_training_only():
    decoder = _decoder(sampling=0.6, sampling_steps=3).train()
    states, mask = batch_of([3], SIZE)
    found = []
    for _ in range(5):
        found.append(decoder.sampling)
        decoder.losses(states, mask, _gold(mask))
    assert found == pytest.approx([0, 0.2, 0.4, 0.6, 0.6])
    resumed = _decoder(sampling=0.6, sampling_steps=3)
    resumed.load_state_dict(decoder.state_dict())
    assert resumed.sampling == pytest.approx(0.6)
    before = _decoder(sampling=0.6, sampling_steps=3)
    before.losses(states, mask, _gold(mask))
    assert before.sampling == 0


@torch.no_grad()
def test_where_all_tags_are_its_own_the_loss_is_of_what_it_writes_itself():
    decoder, (states, mask) = _decoder(sampling=1.0, sampling_steps=1), batch_of([6, 4], SIZE)
    decoder.linear.weight *= 1000  # so that a draw is the likeliest tag
    tags = _gold(mask)
    true = decoder.losses(states, mask, tags)
    first = decoder.train().losses(states, mask, tags)  # the share is 0 at first
    torch.testing.assert_close(first, true)
    drawn = decoder.losses(states, mask, tags)
    for own, gold, length, loss in zip(states, tags, [6, 4], drawn, strict=True):
        path = []
        for place in range(length):
            scores, _ = _written(decoder, own[:length], path + [0] * (length - place))
            path.append(int(scores[place].argmax()))
        scores, _ = _written(decoder, own[:length], path)
        expected = cross_entropy(scores, gold[:length], reduction="sum")
        torch.testing.assert_close(loss, expected, atol=1e-2, rtol=1e-4)
    assert not torch.allclose(drawn, true)
    torch.testing.assert_close(decoder.eval().losses(states, mask, tags), true)
