"""The network's loss in training: R-Drop and multi-sample dropout, against their definitions."""

import pytest
import torch
from networks_in_training import small

LINEAR = pytest.mark.parametrize("decoder", ["crf", "softmax"])


def passes(network, inputs, count, *, seed=3):
    """The losses and states of passes one after the other."""
    torch.manual_seed(seed)
    return [network._pass(inputs) for _ in range(count)]


def divergence(network, first, second, mask):
    """½ (KL + KL) of the softmax of each real character's emissions."""
    logs = [network.decoder.linear(one)[mask].log_softmax(dim=-1) for one in (first, second)]
    own, other = logs
    both = (own.exp() * (own - other)).sum() + (other.exp() * (other - own)).sum()
    return both / 2 / len(mask)


def test_r_drop_is_the_mean_of_both_losses_and_the_weighted_divergence():
    network, inputs, _ = small(decoder="softmax")
    (one, (first,)), (two, (second,)) = passes(network, inputs, 2)
    assert not torch.equal(first, second)
    torch.manual_seed(3)
    expected = (one + two) / 2 + 1.5 * divergence(network, first, second, inputs.mask)
    torch.testing.assert_close(network(inputs, 1.5), expected)


@LINEAR
def test_the_divergence_makes_the_loss_grow_and_reaches_every_parameter(decoder):
    network, inputs, _ = small(decoder=decoder)
    torch.manual_seed(3)
    little = network(inputs, 1e-9)
    torch.manual_seed(3)
    much = network(inputs, 10.0)
    assert much > little
    (much - little).backward()
    names = {name for name, p in network.named_parameters() if p.grad is not None and p.grad.any()}
    assert {"encoder.forwards.0.weight_hh_l0", "decoder.linear.weight"} <= names
    assert ("decoder.crf.transitions" in names) == (decoder == "crf")


@LINEAR
def test_without_dropout_r_drop_changes_nothing(decoder):
    network, inputs, _ = small(decoder=decoder)
    network.eval()
    torch.testing.assert_close(network(inputs, 5.0), network(inputs))


@LINEAR
def test_padding_is_in_no_divergence(decoder):
    network, inputs, _ = small(decoder=decoder)
    states = torch.randn(2, *inputs.mask.shape, 8)
    apart = network.decoder.divergences(*states, inputs.mask)
    for row, length in enumerate(inputs.mask.sum(dim=1).tolist()):
        own = network.decoder.divergences(
            *states[:, row : row + 1, :length], inputs.mask[row : row + 1, :length]
        )
        torch.testing.assert_close(own[0], apart[row])


def test_a_decoder_that_writes_tags_cannot_compare():
    network, inputs, _ = small(decoder="seq2seq")
    with pytest.raises(TypeError, match="Seq2SeqDecoder cannot compare"):
        network(inputs, 1.0)


@pytest.mark.parametrize("decoder", ["crf", "softmax", "seq2seq"])
def test_multi_sample_dropout_is_the_mean_over_masks_of_the_same_states(decoder):
    network, inputs, _ = small(decoder=decoder, dropout=0.5, multi_sample_dropout=3)
    loss, seen = passes(network, inputs, 1)[0]
    torch.manual_seed(3)
    states = network.states(inputs)
    assert len(seen) == 3
    for one in seen:
        kept = one != 0
        assert 0.3 < kept[inputs.mask].float().mean() < 0.7
        torch.testing.assert_close(one[kept], 2 * states[kept])
    assert not torch.equal(seen[0], seen[1])
    if decoder != "seq2seq":  # it draws more
        each = [network.decoder.losses(one, inputs.mask, inputs.tags).mean() for one in seen]
        torch.testing.assert_close(loss, sum(each) / 3)


def test_when_tagging_there_is_no_dropout_before_the_decoder():
    plain, inputs, _ = small()
    network, _, _ = small(dropout=0.5, multi_sample_dropout=2)
    assert network.eval().decode(inputs).tags == plain.eval().decode(inputs).tags
    torch.testing.assert_close(network.loss(inputs), plain.loss(inputs))


def test_both_together_compare_each_mask_with_its_like():
    network, inputs, _ = small(decoder="softmax", dropout=0.5, multi_sample_dropout=2)
    (one, seen), (two, again) = passes(network, inputs, 2)
    apart = [divergence(network, *pair, inputs.mask) for pair in zip(seen, again, strict=True)]
    torch.manual_seed(3)
    expected = (one + two) / 2 + 2.0 * sum(apart) / 2
    torch.testing.assert_close(network(inputs, 2.0), expected)
