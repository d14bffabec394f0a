"""Augmentation in a config: how it is written, and what is refused."""

from typing import get_args

import pytest
import yaml

from ner.config import build, dump
from ner.corpus.augmentation import AUGMENTATIONS
from ner.errors import ConfigError
from ner.settings import (
    AnyAugmentation,
    AugmentationSettings,
    Config,
    MentionSettings,
    TransposeSettings,
    WordsSettings,
)

DATA = {"train": "train.bio"}
GROUPS = get_args(get_args(AnyAugmentation)[0])


def written(text):
    """The settings of augmentation, written in YAML."""
    raw = yaml.safe_load(f"{{{text}}}")
    return build({"data": DATA, "augmentation": raw}, "own.yaml").augmentation


def test_the_table_and_the_settings_name_the_same_kinds():
    assert {group.model_fields["kind"].default for group in GROUPS} == set(AUGMENTATIONS)


def test_training_changes_nothing_unless_it_is_asked_to():
    assert Config(data=DATA).augmentation == AugmentationSettings(copies=1, kinds=())


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("kinds: []", ()),
        ("kinds: none", ()),
        ("kinds: null", ()),
        ("kinds: mention", (MentionSettings(),)),
        ("kinds: {kind: mention, rate: 0.2}", (MentionSettings(rate=0.2),)),
        (
            "kinds: [mention, {kind: transpose, where: inside}]",
            (MentionSettings(), TransposeSettings(where="inside")),
        ),
        ("kinds: [mention, mention]", (MentionSettings(), MentionSettings())),
    ],
)
def test_a_kind_alone_will_do(text, kinds):
    assert written(text).kinds == kinds


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_every_kind_is_dumped_and_read_back(group):
    own = group(rate=0.25, **({"file": "词表.tsv"} if group is WordsSettings else {}))
    config = Config(data=DATA, augmentation=AugmentationSettings(copies=3, kinds=(own, own)))
    assert build(yaml.safe_load(dump(config)), "own.yaml") == config


@pytest.mark.parametrize(
    "text, said",
    [
        ("kinds: [mentoin]", "augmentation.kinds: unknown augmentation 'mentoin' (known: case, "),
        ("kinds: [mentoin]", "did you mean 'mention'?)"),
        ("kinds: [case, swop]", "augmentation.kinds.1: unknown augmentation 'swop' (known: "),
        ("kinds: [{rate: 1}]", "augmentation.kinds: got {'rate': 1}: its kind must be given (kn"),
        ("kinds: [case, {kind: swap, where: x}]", "augmentation.kinds.1.where (swap): unknown s"),
        ("kinds: [{kind: swap, rate: 1.5}]", "augmentation.kinds.rate: got 1.5: Input should be"),
        ("kinds: [{kind: swap, rate: .nan}]", "augmentation.kinds.rate: got nan: Input should b"),
        ("kinds: [{kind: case, where: in}]", "augmentation.kinds.where: got 'in': Input should "),
        ("kinds: [words]", "augmentation.kinds.file: missing, it must be given"),
        ("kinds: 3", "augmentation.kinds: got 3: "),
        ("copies: 0", "augmentation.copies: got 0: Input should be greater than or equal to 1"),
        (
            "kind: [case]",
            "augmentation.kind: unknown setting (known: copies, kinds, redraw, share; did you mean",
        ),
    ],
)
def test_a_wrong_kind_or_setting_is_named_with_the_known_ones(text, said):
    with pytest.raises(ConfigError, match="^own.yaml: ") as raised:
        written(text)
    assert said in str(raised.value)
