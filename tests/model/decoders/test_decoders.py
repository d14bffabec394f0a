"""What every decoder is held to."""

from typing import get_args

import pytest
import torch
from pydantic import TypeAdapter

from ner.model.decoders import DECODERS, build
from ner.model.decoders.linear import LinearChain
from ner.settings import AnyDecoder
from ner.tags import illegal_neighbours, tag_set

SIZE = 6
SCHEME = "BIOES"
TAGS = tag_set(("人名", "地名"), scheme=SCHEME)
LENGTHS = [7, 1, 4]
GOLD = [
    ["B-人名", "I-人名", "E-人名", "O", "S-地名", "O", "O"],
    ["O"],
    ["S-人名", "B-地名", "E-地名", "O"],
]

every_decoder = pytest.mark.parametrize("name", DECODERS)


def _decoder(name):
    torch.manual_seed(0)
    settings = TypeAdapter(AnyDecoder).validate_python({"kind": name})
    return build(settings, size=SIZE, tags=TAGS, scheme=SCHEME).eval()


def _case():
    states = torch.randn(3, 7, SIZE, generator=torch.Generator().manual_seed(1))
    mask = torch.arange(7) < torch.tensor(LENGTHS)[:, None]
    rows = [[TAGS.index(tag) for tag in tags] + [0] * (7 - len(tags)) for tags in GOLD]
    return states, mask, torch.tensor(rows)


def _spans(decoded):
    return [
        decoded.probability(sentence, start, end)
        for sentence, length in enumerate(LENGTHS)
        for start in range(length)
        for end in range(start + 1, length + 1)
    ]


def test_every_kind_of_the_settings_is_in_the_table_and_the_reverse():
    union, _ = get_args(AnyDecoder)
    kinds = {group.model_fields["kind"].default for group in get_args(union)}
    assert kinds == set(DECODERS)


@every_decoder
def test_a_linear_chain_has_a_score_for_every_tag_of_every_character(name):
    decoder = _decoder(name)
    assert isinstance(decoder, LinearChain) == (name in ("crf", "softmax"))
    if isinstance(decoder, LinearChain):
        assert decoder.emissions(_case()[0]).shape == (3, 7, len(TAGS))


@every_decoder
@torch.no_grad()
def test_only_what_attends_has_weights(name):
    states, mask, _ = _case()
    weights = _decoder(name).weights(states, mask)
    assert (weights is not None) == (name == "seq2seq")


@every_decoder
@torch.no_grad()
def test_every_real_character_gets_a_legal_tag(name):
    states, mask, _ = _case()
    decoded = _decoder(name).decode(states * 20, mask)
    assert [len(tags) for tags in decoded.tags] == LENGTHS
    for tags in decoded.tags:
        assert illegal_neighbours([TAGS[tag] for tag in tags], scheme=SCHEME) == 0


@every_decoder
@torch.no_grad()
def test_probabilities_lie_between_zero_and_one(name):
    states, mask, _ = _case()
    for scale in (0.1, 1, 30):
        found = _spans(_decoder(name).decode(states * scale, mask))
        assert all(0 <= share <= 1 for share in found)
        assert max(found) > 0


@every_decoder
@torch.no_grad()
def test_a_sentences_loss_is_the_same_alone(name):
    decoder, (states, mask, tags) = _decoder(name), _case()
    alone = [
        decoder.losses(*(part[k : k + 1, :length] for part in (states, mask, tags)))
        for k, length in enumerate(LENGTHS)
    ]
    assert all(losses.shape == (1,) and losses > 0 for losses in alone)
    torch.testing.assert_close(decoder.losses(states, mask, tags), torch.cat(alone))


@every_decoder
def test_gradients_in_training_mode_reach_every_parameter(name):
    decoder, (states, mask, tags) = _decoder(name).train(), _case()
    decoder.losses(states.requires_grad_(), mask, tags).sum().backward()
    for key, parameter in [("states", states), *decoder.named_parameters()]:
        assert parameter.grad is not None, key
        assert parameter.grad.isfinite().all(), key
        assert parameter.grad.abs().max() > 1e-6, key
    assert (states.grad[~mask] == 0).all()


@every_decoder
@torch.no_grad()
def test_padding_changes_neither_loss_nor_tags_nor_probabilities(name):
    decoder, (states, mask, tags) = _decoder(name), _case()
    dirty = states.masked_fill(~mask[..., None], 1e4)
    clean, other = decoder.decode(states, mask), decoder.decode(dirty, mask)
    assert other.tags == clean.tags
    assert _spans(other) == _spans(clean)
    losses = decoder.losses(dirty, mask, tags.masked_fill(~mask, 3))
    torch.testing.assert_close(losses, decoder.losses(states, mask, tags))


@every_decoder
@torch.no_grad()
def test_a_sentence_alone_is_decoded_as_in_a_batch(name):
    decoder, (states, mask, _) = _decoder(name), _case()
    together = decoder.decode(states, mask)
    for k, length in enumerate(LENGTHS):
        alone = decoder.decode(states[k : k + 1, :length], mask[k : k + 1, :length])
        assert alone.tags == together.tags[k : k + 1]
        share = together.probability(k, 0, length)
        assert alone.probability(0, 0, length) == pytest.approx(share, abs=1e-6)


@every_decoder
def test_training_brings_the_gold_tags_and_makes_them_sure(name):
    decoder, (states, mask, tags) = _decoder(name).train(), _case()
    optimiser = torch.optim.Adam([*decoder.parameters(), states.requires_grad_()], lr=0.03)
    for _ in range(60):
        optimiser.zero_grad()
        decoder.losses(states, mask, tags).mean().backward()
        optimiser.step()
    with torch.no_grad():
        decoded = decoder.eval().decode(states, mask)
    assert [[TAGS[tag] for tag in sentence] for sentence in decoded.tags] == GOLD
    assert decoded.probability(0, 0, 3) > 0.9
    assert decoded.probability(0, 0, 2) < 0.1
