"""The kinds of attention and of decoders in a config: how each is written, and what is refused."""

from typing import get_args

import pytest
import yaml

from ner.config import build, dump
from ner.errors import ConfigError
from ner.settings import (
    AnyAttention,
    AnyDecoder,
    Config,
    ModelSettings,
    Seq2SeqSettings,
    SoftmaxSettings,
    SoftSettings,
    WindowedSettings,
)

DATA = {"train": "train.bio"}


def _model(written):
    """The model's settings, written in YAML."""
    return build({"data": DATA, "model": yaml.safe_load(f"{{{written}}}")}, "own.yaml").model


def _kinds(union):
    members, _ = get_args(union)
    return get_args(members)


@pytest.mark.parametrize("written", ["none", "null", "~", "'none'", "[]"])
def test_attention_can_be_left_out(written):
    assert _model(f"attention: {written}").attention == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{heads: 2}", (SoftSettings(heads=2),)),
        ("{kind: windowed}", (WindowedSettings(),)),
        ("windowed", (WindowedSettings(),)),
        ("[soft, windowed]", (SoftSettings(), WindowedSettings())),
        ("[{kind: windowed, width: 3}]", (WindowedSettings(width=3),)),
        ("[{}, {kind: windowed}]", (SoftSettings(), WindowedSettings())),
    ],
)
def test_attention_is_one_mechanism_or_a_stack(written, expected):
    assert _model(f"attention: {written}").attention == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("softmax", SoftmaxSettings()),
        ("{kind: softmax}", SoftmaxSettings()),
        ("seq2seq", Seq2SeqSettings()),
        ("{kind: seq2seq, beam: 1}", Seq2SeqSettings(beam=1)),
        (
            "{kind: seq2seq, attention: {heads: 2}}",
            Seq2SeqSettings(attention=SoftSettings(heads=2)),
        ),
    ],
)
def test_a_decoder_is_a_kind_or_a_kind_with_its_settings(written, expected):
    assert _model(f"decoder: {written}").decoder == expected


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("attention: {kind: sofd}", "model.attention: unknown attention 'sofd' (known: hard, "),
        ("attention: {kind: sofd}", "did you mean 'soft'?)"),
        ("attention: [{}, {kind: sofd}]", "model.attention.1: unknown attention 'sofd' (known: "),
        ("attention: {kind: hard, width: 3}", "model.attention.width (hard): unknown setting ("),
        ("attention: {kind: windowed, widht: 3}", "head_size, heads, kind, score, width; did you"),
        ("attention: [{}, {kind: hard, heds: 3}]", "model.attention.1.heds (hard): unknown sett"),
        ("attention: {kind: sparse, alpha: 3}", "model.attention.alpha: got 3: Input should be"),
        ("attention: {kind: hard, estimator: g}", "model.attention.estimator: got 'g': Input sh"),
        ("attention: [none]", "model.attention: unknown attention 'none' (known: "),
        ("attention: 3", "model.attention: got 3: Input should be"),
        ("decoder: crff", "model.decoder: unknown decoder 'crff' (known: crf, seq2seq, softmax; "),
        ("decoder: {kind: crf, beam: 2}", "model.decoder.beam (crf): unknown setting (known: ki"),
        ("decoder: {beam: 2}", "model.decoder.beam (crf): unknown setting (known: "),
        ("decoder: {kind: seq2seq, attention: {kind: x}}", "model.decoder.attention: unknown att"),
        ("decoder: {kind: seq2seq, attention: {heds: 1}}", "model.decoder.attention.heds (soft):"),
    ],
)
def test_a_wrong_kind_or_a_wrong_setting_of_one_is_named_with_the_known_ones(model, said):
    with pytest.raises(ConfigError, match="^own.yaml: ") as raised:
        _model(model)
    assert said in str(raised.value)


def _dumped_and_read(model):
    config = Config(data=DATA, model=model)
    return build(yaml.safe_load(dump(config)), "own.yaml").model


@pytest.mark.parametrize("group", _kinds(AnyAttention), ids=lambda group: group.__name__)
def test_every_kind_of_attention_is_dumped_and_read_back(group):
    own = group(heads=2)
    for attention in ((own,), (own, group(score="dot")), ()):
        model = ModelSettings(attention=attention)
        assert _dumped_and_read(model) == model
    model = ModelSettings(decoder=Seq2SeqSettings(attention=own))
    assert _dumped_and_read(model) == model


@pytest.mark.parametrize("group", _kinds(AnyDecoder), ids=lambda group: group.__name__)
def test_every_kind_of_decoder_is_dumped_and_read_back(group):
    model = ModelSettings(decoder=group())
    assert _dumped_and_read(model) == model
