"""The featurizer gives a number for every character, and the same ones once saved and read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import reread

from ner.features.channels.vocabulary import UNKNOWN_ID
from ner.features.featurizer import Featurizer
from ner.settings import FeatureSettings
from ner.words import tokenizer

TEXTS = ["林知夏在青石鎮等雨停。", "ＡＢ路的書店開門了", "雨停了，\ud800！"]
TEXT = st.text(
    st.sampled_from("林知夏青石镇鎮雨停ＡAaＢ書\u3000\ud800")
    | st.characters(exclude_categories=()),
    max_size=30,
)


def _fitted(**settings):
    return Featurizer.fitted(FeatureSettings(**settings), TEXTS)


@pytest.fixture(scope="module")
def featurizer():
    tokenizer()
    return _fitted(segmentation=True)


@given(text=TEXT)
def test_every_character_of_any_text_has_a_number_and_a_word_place(featurizer, text):
    features = featurizer(text)
    assert list(features.rows) == ["characters", "words"]
    assert {len(features), *map(len, features.rows.values())} == {len(text)}
    assert all(0 < number < len(featurizer.vocabulary) for number in features.rows["characters"])


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"segmentation": True},
        {"normalise": ()},
        {"normalise": ("script",), "min_count": 2},
        {"max_length": 40, "overlap": 7},
    ],
)
def test_saved_and_read_it_gives_equal_features(settings):
    featurizer = _fitted(**settings)
    again = Featurizer.from_dict(reread(featurizer.to_dict()))
    assert again.settings == featurizer.settings
    for text in (*TEXTS, "从未见过的Ｚ字"):
        own, other = featurizer(text).rows, again(text).rows
        assert list(own) == list(other)
        assert all(np.array_equal(own[name], other[name]) for name in own)


def test_the_spellings_of_a_character_share_a_number(featurizer):
    one, other = (featurizer(text).rows["characters"].tolist() for text in ("鎮Ａ書", "镇a书"))
    assert one == other
    assert UNKNOWN_ID not in one


def test_without_normalisation_spellings_are_apart():
    assert _fitted(normalise=())("镇a书").unknown == 3
    assert _fitted(normalise=())("鎮Ａ書").unknown == 0


@pytest.mark.parametrize(
    ("text", "unknown"), [("", 0), ("雨停了", 0), ("雪停了", 1), ("雪雪雪", 3), ("\udfff\ud800", 1)]
)
def test_unknown_characters_are_counted(featurizer, text, unknown):
    assert featurizer(text).unknown == unknown


def test_characters_rarer_than_min_count_are_unknown():
    assert _fitted(min_count=2)("雨停林").unknown == 1


def test_traditional_script_is_cut_into_the_words_of_simplified_script():
    """Whose words jieba's dictionary has; without the rule it makes out what it can."""
    simplified, traditional = (
        "书店开门以后，台湾来的两位记者报导了台风。",
        "書店開門以後，台灣來的兩位記者報導了台風。",
    )
    folding, not_folding = (
        _fitted(segmentation="speech"),
        _fitted(segmentation="speech", normalise=("width", "case")),
    )
    rows = [folding(text).rows["words"].tolist() for text in (simplified, traditional)]
    assert rows[0] == rows[1] == not_folding(simplified).rows["words"].tolist()
    assert not_folding(traditional).rows["words"].tolist() != rows[0]


def test_without_segmentation_there_are_no_words():
    assert list(_fitted(segmentation=False)(TEXTS[0]).rows) == ["characters"]


def test_one_spelling_counts_for_all_of_them():
    featurizer = Featurizer.fitted(FeatureSettings(min_count=3), ["鎮镇", "镇"])
    assert featurizer("镇鎮").unknown == 0


@pytest.mark.parametrize("missing", ["settings", "channels", "script", "lexicon"])
def test_data_that_lacks_a_part_is_no_featurizer(featurizer, missing):
    data = {key: value for key, value in featurizer.to_dict().items() if key != missing}
    with pytest.raises(KeyError, match=missing):
        Featurizer.from_dict(data)


def test_data_with_a_wrong_setting_is_no_featurizer(featurizer):
    with pytest.raises(ValueError, match="min_count"):
        Featurizer.from_dict({**featurizer.to_dict(), "settings": {"min_count": 0}})
