"""A model may have only so many names: those of most use stay."""

import pytest

from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Featurizer, Known
from ner.features.limits import limited
from ner.settings import FeatureSettings

NAMES = list("aaaabbbccd")  # four of a, three of b …


@pytest.mark.parametrize(
    ("limit", "expected", "learned"),
    [
        (None, "abcdxyz", 4),  # c and d are rare, but have a vector
        (9, "abcdxyz", 4),
        (5, "abdxy", 3),  # of the rare one which is known earlier
        (2, "ab", 2),
        (1, "a", 1),
    ],
)
def test_frequent_names_stay_then_those_whose_vectors_come_first(limit, expected, learned):
    own = Vocabulary.counted(NAMES, min_count=3, known=list("xdyzc"), limit=limit)
    assert ("".join(own.names), own.learned) == (expected, learned)


def test_names_that_are_learned_for_others_stay_before_those_of_vectors():
    own = Vocabulary.counted(NAMES, min_count=3, known=list("xyz"), more=list("mn"), limit=4)
    assert ("".join(own.names), own.learned) == ("abmn", 4)


def fewer(limit, tmp_path, *, known=(), min_count=1):
    (tmp_path / "own.txt").write_text("青禾\n鹭岛\n", encoding="utf-8")
    lexicon = {"jieba": True, "files": ["own.txt"], "min_count": min_count}
    settings = {"lexicon": lexicon, "limits": {"words": limit}, "normalise": []}
    words = dict.fromkeys(["的", "书店", "雨", "雨停", "停", "门", "青禾", "鹭岛"], "n")
    own = FeatureSettings.model_validate(settings)
    texts = ["雨停雨雨", "书店"]
    return [*limited(words, texts, own, known=known, root=tmp_path)]


def test_own_words_stay_then_those_of_train_then_those_with_a_vector_then_jiebas(tmp_path):
    assert fewer(1, tmp_path) == ["青禾", "鹭岛"]
    assert fewer(3, tmp_path) == ["雨", "青禾", "鹭岛"]
    assert fewer(4, tmp_path, known=["门"], min_count=3) == ["雨", "门", "青禾", "鹭岛"]
    assert fewer(4, tmp_path, min_count=3) == ["的", "雨", "青禾", "鹭岛"]
    assert len(fewer(7, tmp_path)) == 7
    assert len(fewer(None, tmp_path)) == 8


def test_a_featurizer_has_no_more_names_than_its_limits():
    limits = {"characters": 3, "bigrams": 2, "words": 40}
    settings = {"bigrams": True, "bigram_min_count": 1, "lexicon": "jieba", "limits": limits}
    own = Featurizer.fitted(FeatureSettings.model_validate(settings), ["在书店等雨停"], Known())
    vocabularies = [own.channels[name].vocabulary for name in ("characters", "bigrams")]
    assert [len(one.names) for one in vocabularies] == [3, 2]
    assert len(own.lexicon) == 40 and "书店" in own.lexicon.words
    assert own("在书店等雨停").unknown == 3
