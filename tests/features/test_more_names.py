"""Names that are learned although train's texts lack them, and where they stand."""

from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import BIGRAMS, CHARACTERS, Featurizer, Known
from ner.settings import FeatureSettings


def test_more_names_are_learned_behind_those_of_train_and_before_those_that_only_have_a_vector():
    found = Vocabulary.counted("乙甲乙丙", min_count=2, known=("丁", "己"), more=("戊", "乙", "丁"))
    assert found.names == ("乙", "戊", "丁", "己")
    assert found.learned == 3


def test_a_name_too_rare_in_train_may_be_frequent_elsewhere():
    found = Vocabulary.counted("乙甲乙", min_count=2, known=("甲",), more=("甲",))
    assert (found.names, found.learned) == (("乙", "甲"), 2)


def test_a_featurizer_learns_more_characters_and_bigrams():
    settings = FeatureSettings(normalise=(), bigrams=True, bigram_min_count=1)
    known = Known(more={CHARACTERS: ["鹭"], BIGRAMS: ["白鹭"]})
    features = Featurizer.fitted(settings, ["白云"], known)("白鹭")
    assert 1 not in features.rows[CHARACTERS]
    assert features.rows[BIGRAMS][0] > 1
    assert features.rows[BIGRAMS][1] == 1
