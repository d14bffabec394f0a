"""The encoder is torch's bidirectional LSTM over packed sequences, without the packing."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from ner.model.encoder import Encoder
from ner.model.recurrent import turned_places
from ner.settings import EncoderSettings

INPUT, SIZE = 5, 6
LENGTHS = [7, 1, 4, 7]

every_depth = pytest.mark.parametrize("layers", [1, 2, 3])


def _encoder(layers, *, dropout=0.0):
    torch.manual_seed(0)
    settings = EncoderSettings(size=SIZE, layers=layers, dropout=dropout)
    return Encoder(settings, input_size=INPUT)


def _case():
    vectors = torch.randn(4, 7, INPUT, generator=torch.Generator().manual_seed(1))
    return vectors, torch.arange(7) < torch.tensor(LENGTHS)[:, None]


def _packed(encoder, vectors):
    """What torch's own LSTM of the same weights gives for the same sentences."""
    layers = len(encoder.forwards)
    lstm = nn.LSTM(INPUT, SIZE // 2, layers, batch_first=True, bidirectional=True)
    weights = {}
    for suffix, directions in (("", encoder.forwards), ("_reverse", encoder.backwards)):
        for layer, direction in enumerate(directions):
            for name, value in direction.state_dict().items():
                weights[name.replace("_l0", f"_l{layer}") + suffix] = value
    lstm.load_state_dict(weights)
    packed = pack_padded_sequence(vectors, LENGTHS, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(lstm(packed)[0], batch_first=True)[0]


@every_depth
@torch.no_grad()
def test_it_equals_torchs_lstm_over_packed_sequences(layers):
    encoder, (vectors, mask) = _encoder(layers), _case()
    expected = _packed(encoder, vectors)
    torch.testing.assert_close(encoder(vectors, mask), expected, atol=1e-6, rtol=0)


@every_depth
def test_its_gradients_equal_those_of_torchs_lstm(layers):
    encoder, (vectors, mask) = _encoder(layers).train(), _case()
    gradients = []
    for states in (encoder(vectors.requires_grad_(), mask), _packed(encoder, vectors)):
        gradients += torch.autograd.grad(states.square().sum(), [vectors])
    torch.testing.assert_close(*gradients, atol=1e-6, rtol=0)


@every_depth
@pytest.mark.parametrize("garbage", [0.0, 1e4])
@torch.no_grad()
def test_padding_changes_nothing_and_its_states_are_zero(layers, garbage):
    encoder, (vectors, mask) = _encoder(layers), _case()
    states = encoder(vectors.masked_fill(~mask[..., None], garbage), mask)
    torch.testing.assert_close(states, encoder(vectors, mask), atol=1e-6, rtol=0)
    assert (states[~mask] == 0).all()
    for sentence, length in enumerate(LENGTHS):
        alone = encoder(vectors[sentence : sentence + 1, :length], torch.ones(1, length).bool())
        torch.testing.assert_close(states[sentence, :length], alone[0], atol=1e-6, rtol=0)


@torch.no_grad()
def test_a_state_knows_what_stands_before_it_and_after_it():
    encoder, (vectors, mask) = _encoder(1), _case()
    other = vectors.clone()
    other[0, 3] += 1
    changed = encoder(other, mask)[0] != encoder(vectors, mask)[0]
    assert changed[3:, :3].all() and not changed[:3, :3].any()
    assert changed[:4, 3:].all() and not changed[4:, 3:].any()


def test_turning_twice_gives_the_sentences_back():
    _, mask = _case()
    turned = turned_places(mask)
    assert turned.tolist()[2] == [3, 2, 1, 0, 4, 5, 6]
    assert turned.gather(1, turned).tolist() == [list(range(7))] * 4


@pytest.mark.parametrize("layers", [1, 2])
def test_dropout_acts_on_every_layer_in_training_only(layers):
    encoder, (vectors, mask) = _encoder(layers, dropout=0.5), _case()
    assert torch.equal(encoder.eval()(vectors, mask), encoder(vectors, mask))
    shares = [(encoder.train()(vectors, mask)[mask] == 0).float().mean() for _ in range(20)]
    assert torch.stack(shares).mean().item() == pytest.approx(0.5, abs=0.06)
    seen = []
    for right in encoder.backwards:
        right.register_forward_pre_hook(lambda _, given: seen.append((given[0] == 0).any().item()))
    encoder(vectors, mask)
    assert seen == [False, True][:layers]


@every_depth
def test_gradients_reach_every_parameter(layers):
    encoder, (vectors, mask) = _encoder(layers, dropout=0.2).train(), _case()
    encoder(vectors, mask).square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in encoder.parameters())
