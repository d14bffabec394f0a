"""Every channel gives each character of any text a number that it has, alone or in company."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rows import reread, row_of

from ner.features.channels import CHANNELS, Bigrams, LACCharacters, Segmentation
from ner.features.channels.vocabulary import UNKNOWN_ID, Vocabulary
from ner.features.featurizer import Featurizer, Known
from ner.features.jieba_words import SPEECH, dictionary
from ner.features.texts import Texts
from ner.settings import FeatureSettings
from ner.words import tokenizer

TEXTS = ["林知夏在青石鎮等雨停。", "ＡＢ路的書店開門了", "雨停了，\ud800！😀"]
SETTINGS = {"segmentation": "speech", "bigrams": True, "bigram_min_count": 1, "min_count": 1}
LAC = LACCharacters([*"雨停a"], {"Ａ": "a"})
KNOWN = Known({"characters": ["鹭", "雨"], "bigrams": ["鹭鸟", "雨停"]}, lac=LAC)
TEXT = st.text(
    st.sampled_from("林知夏青石镇鎮雨停ＡAaＢ書\u3000\ud83d\ude00😀👩\u200d🇨\n\r\0")
    | st.characters(exclude_categories=()),
    max_size=30,
)
every_channel = pytest.mark.parametrize("name", CHANNELS)


@pytest.fixture(scope="module")
def featurizer():
    tokenizer()
    return Featurizer.fitted(FeatureSettings(**SETTINGS), TEXTS, KNOWN)


@pytest.fixture(scope="module")
def again(featurizer):
    """Its channels, saved and read."""
    channels = featurizer.channels.items()
    return {name: CHANNELS[name].from_dict(reread(one.to_dict())) for name, one in channels}


def _row(featurizer, name, text):
    return row_of(featurizer.channels[name], text, featurizer.normalise.text(text))


def test_a_featurizer_with_everything_on_has_every_channel(featurizer):
    assert featurizer.channels.keys() == CHANNELS.keys()
    assert {name: type(one) for name, one in featurizer.channels.items()} == CHANNELS


@every_channel
@given(text=TEXT)
@example(text="")
@example(text="\ud83d\ude00")
@example(text="\udfff\ud800雨")
@example(text="😀雨👩\u200d💻")
def test_each_character_has_a_number_that_is_no_padding(featurizer, name, text):
    row = _row(featurizer, name, text)
    assert len(row) == len(text)
    assert all(0 < number < featurizer.channels[name].size for number in row)


@every_channel
@given(texts=st.lists(TEXT, max_size=5))
@example(texts=["雨停", "", "雨", "\ud83d", "\ude00"])
def test_in_company_a_text_has_the_numbers_that_it_has_alone(featurizer, name, texts):
    joined = Texts.of(texts)
    row = featurizer.channels[name](joined, featurizer.normalise.texts(joined)).tolist()
    alone = [[*_row(featurizer, name, text), 0] for text in texts]
    assert row == [number for one in alone for number in one]


@every_channel
def test_no_more_is_learned_than_there_is(featurizer, name):
    channel = featurizer.channels[name]
    assert 0 < channel.tuned <= channel.size


@every_channel
@given(text=TEXT)
def test_saved_and_read_it_gives_the_same_numbers(featurizer, again, name, text):
    channel, read = featurizer.channels[name], again[name]
    assert (read.size, read.tuned) == (channel.size, channel.tuned)
    assert row_of(read, text, featurizer.normalise.text(text)) == _row(featurizer, name, text)


@every_channel
@pytest.mark.parametrize("data", [None, [], {}, {"names": "雨"}, {"learned": 1}])
def test_damaged_data_is_no_channel(name, data):
    with pytest.raises((KeyError, TypeError, ValueError)):
        CHANNELS[name].from_dict(data)


# Characters and bigrams, by a look at each name.


@given(text=TEXT)
def test_listed_names_have_their_numbers_in_the_vocabulary(featurizer, text):
    normalised = featurizer.normalise.text(text)
    for name in ("characters", "bigrams"):
        channel = featurizer.channels[name]
        expected = [channel.vocabulary.id(one) for one in channel.names(normalised)]
        assert _row(featurizer, name, text) == expected


@given(text=TEXT)
def test_lac_looks_up_its_own_form_of_each_character(featurizer, text):
    own = [LAC.vocabulary.id(LAC.forms.get(one, one)) for one in text]
    assert _row(featurizer, "lac", text) == own


# Bigrams.


def test_a_bigram_is_a_character_with_the_next_one_and_the_last_with_the_end():
    assert list(Bigrams.names("雨停了")) == ["雨停", "停了", "了\n"]
    assert list(Bigrams.names("雨")) == ["雨\n"]
    assert list(Bigrams.names("")) == []


@given(text=TEXT)
def test_the_bigrams_of_a_text_are_counted_by_their_names(text):
    texts = [text, "雨停了"]
    bigrams = Bigrams.fitted(texts, min_count=1)
    pairs = {a + b for one in texts for a, b in zip(one, [*one[1:], "\n"], strict=bool(one))}
    assert set(bigrams.vocabulary.names) == pairs
    assert UNKNOWN_ID not in row_of(bigrams, text)


def test_bigrams_are_those_of_normalised_characters(featurizer):
    spelled = [_row(featurizer, "bigrams", text) for text in ("青石鎮Ａb", "青石镇ａＢ")]
    assert spelled[0] == spelled[1]
    assert spelled[0].count(UNKNOWN_ID) == 2  # 镇a and the last one, which end elsewhere in train


def test_a_bigram_is_told_from_its_characters_and_its_turn():
    bigrams = Bigrams(Vocabulary(["雨停", "停雨"]))
    assert row_of(bigrams, "雨停雨") == [2, 3, UNKNOWN_ID]


def test_rare_bigrams_are_unknown_unless_a_vector_is_known():
    texts = ["雨停", "雨停", "雨了"]
    how = {"bigrams": True, "bigram_min_count": 2, "normalise": ()}
    settings = FeatureSettings(**how)
    for names, rare in (([], UNKNOWN_ID), (["雨了"], 4)):
        featurizer = Featurizer.fitted(settings, texts, Known({"bigrams": names}))
        row = featurizer("雨了").rows["bigrams"].tolist()
        assert row == [rare, UNKNOWN_ID]


@pytest.mark.parametrize("name", ["characters", "bigrams"])
def test_names_with_a_vector_alone_have_numbers_behind_those_of_train(featurizer, name):
    channel = featurizer.channels[name]
    assert channel.tuned <= _row(featurizer, name, "鹭鸟")[0] < channel.size
    assert all(UNKNOWN_ID < number < channel.tuned for number in _row(featurizer, name, TEXTS[0]))


# Words.


def test_a_part_of_speech_makes_four_more_numbers():
    assert Segmentation(speech=False).size == 5
    assert Segmentation(speech=True).size == 1 + 4 * len(SPEECH)


@given(text=TEXT)
def test_with_the_part_of_speech_the_place_in_the_word_is_the_same(text):
    plain, spoken = (row_of(Segmentation(speech=speech), text) for speech in (False, True))
    assert [(number - 1) % 4 + 1 for number in spoken] == plain


def test_the_part_of_speech_is_that_of_the_dictionary():
    text = "她在图书馆等青禾鹭。"
    row = row_of(Segmentation(speech=True), text)
    spoken, place = [], 0
    for word in tokenizer().cut(text):
        kinds = {SPEECH[(number - 1) // 4] for number in row[place : place + len(word)]}
        assert kinds == {dictionary().get(word, "-")}
        spoken += kinds
        place += len(word)
    assert "n" in spoken and "-" in spoken


@pytest.mark.parametrize(("setting", "size"), [(True, 5), ("speech", 1 + 4 * len(SPEECH))])
def test_the_setting_says_whether_the_part_of_speech_is_told(setting, size):
    featurizer = Featurizer.fitted(FeatureSettings(segmentation=setting), ["雨停"])
    assert featurizer.channels["words"].size == size


def test_words_are_cut_before_normalisation():
    channel = Segmentation(speech=False)
    assert row_of(channel, "图书馆", "甲乙丙") == [1, 2, 3]
