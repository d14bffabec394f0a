"""The training craft's settings: off unless asked for, their ranges, and what goes together."""

import pytest

from ner.config import build
from ner.errors import ConfigError
from ner.settings.misfits import MISFITS

DATA = {"train": "train.bio"}


def config(**parts):
    return build({"data": DATA, **parts}, "own.yaml")


def refused(**parts):
    with pytest.raises(ConfigError) as raised:
        config(**parts)
    return str(raised.value)


def test_all_of_it_is_off_by_default():
    own = config()
    assert (own.training.adversarial, own.training.r_drop) == (0, 0)
    assert (own.model.dropout, own.model.multi_sample_dropout) == (0, 1)
    assert own.model.decoder.smoothing == 0


@pytest.mark.parametrize(
    ("part", "key", "wrong"),
    [
        ("training", "adversarial", -0.1),
        ("training", "r_drop", -1),
        ("model", "dropout", 1),
        ("model", "dropout", -0.5),
        ("model", "multi_sample_dropout", 0),
        ("model", "multi_sample_dropout", 1.5),
    ],
)
def test_a_setting_out_of_its_range_is_refused(part, key, wrong):
    assert refused(**{part: {key: wrong}}).startswith(f"own.yaml: {part}.{key}: got {wrong}: Input")


@pytest.mark.parametrize("kind", ["crf", "softmax"])
@pytest.mark.parametrize("wrong", [1, -0.1])
def test_smoothing_is_a_share_below_one(kind, wrong):
    said = refused(model={"decoder": {"kind": kind, "smoothing": wrong}})
    assert said.startswith(f"own.yaml: model.decoder.smoothing: got {wrong}: Input should be ")


def test_a_decoder_that_writes_tags_knows_no_smoothing():
    said = refused(model={"decoder": {"kind": "seq2seq", "smoothing": 0.1}})
    assert "model.decoder.smoothing (seq2seq): unknown setting" in said


def test_masks_of_a_dropout_that_is_not_there_are_refused():
    said = refused(model={"multi_sample_dropout": 4})
    assert said == (
        "own.yaml: model.multi_sample_dropout: got 4: its masks are of model.dropout, which is 0"
    )
    assert config(model={"multi_sample_dropout": 4, "dropout": 0.1}).model.dropout == 0.1


def test_r_drop_wants_a_decoder_that_compares():
    said = refused(model={"decoder": "seq2seq"}, training={"r_drop": 0.5})
    assert said == (
        "own.yaml: training.r_drop: got 0.5: the decoder seq2seq cannot compare two passes; "
        "crf and softmax can"
    )
    for kind in ("crf", "softmax"):
        assert config(model={"decoder": kind}, training={"r_drop": 0.5}).training.r_drop == 0.5


@pytest.mark.parametrize("wrong", [-0.1, 1])
def test_the_noise_of_lengths_is_a_share_below_one(wrong):
    said = refused(training={"length_noise": wrong})
    assert said.startswith(f"own.yaml: training.length_noise: got {wrong}: Input should be ")
    assert config(training={"length_noise": 0}).training.length_noise == 0


SEQ2SEQ = {"decoder": "seq2seq"}
UNFIT = {  # by key and what is said: settings that do not go together
    ("init_labels", 'got {"人名": "PER"}: there is no init_from'): {"init_labels": {"人名": "PER"}},
    ("features.context", "got 2: only attention looks"): {
        "features": {"context": 2},
        "model": {"attention": "none"},
    },
    ("model.multi_sample_dropout", "got 2: its masks"): {"model": {"multi_sample_dropout": 2}},
    ("training.r_drop", "got 0.5: the decoder seq2seq"): {
        "model": SEQ2SEQ,
        "training": {"r_drop": 0.5},
    },
    ("data.labelled.soft", "got 1: the decoder seq2seq learns"): {
        "model": SEQ2SEQ,
        "data": {"train": "a.bio", "labelled": {"file": "b.jsonl", "soft": True}},
    },
    ("training.consistency", "got 1: the decoder seq2seq cannot compare two texts"): {
        "model": SEQ2SEQ,
        "training": {"consistency": 1},
    },
    ("training.threshold", "got true: the decoder seq2seq knows no other"): {
        "model": SEQ2SEQ,
        "training": {"threshold": True},
    },
    ("training.consistency", "got 1: there are no changed copies"): {
        "training": {"consistency": 1}
    },
}


@pytest.mark.parametrize(("said", "groups"), UNFIT.items(), ids=" ".join)
def test_what_does_not_go_together_is_refused_by_a_line_of_the_table(said, groups):
    assert refused(**groups).startswith(f"own.yaml: {': '.join(said)}")


def test_every_line_of_the_table_has_been_met():
    assert [key for key, _ in UNFIT] == [one.key for one in MISFITS]


def test_a_group_that_is_not_set_is_no_misfit():
    assert config(model=SEQ2SEQ).data.labelled is None
