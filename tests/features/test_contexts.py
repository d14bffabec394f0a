"""What a piece may know of the text before it: so many sentences, no more than fits a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.features.batch import collate
from ner.features.channels import Characters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.context import context_of, contexts
from ner.features.featurizer import Featurizer
from ner.settings import FeatureSettings

SENTENCES = ["雨停了。", "她问：", "去哪儿？", "去衢州。"]


def of(characters):
    """A featurizer that knows these characters."""
    return Featurizer(settings(1), {"characters": Characters(Vocabulary(characters))}, {})


def settings(context, *, size=256):
    return FeatureSettings.model_construct(normalise=(), max_length=size, context=context)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, ["", "", "", ""]),
        (1, ["", "雨停了。", "她问：", "去哪儿？"]),
        (2, ["", "雨停了。", "雨停了。她问：", "她问：去哪儿？"]),
        (9, ["", "雨停了。", "雨停了。她问：", "雨停了。她问：去哪儿？"]),
    ],
)
def test_the_context_is_the_sentences_before(count, expected):
    assert contexts(SENTENCES, settings(count)) == expected


@given(st.lists(st.text(max_size=6), max_size=6), st.integers(0, 4), st.integers(1, 8))
def test_a_context_is_the_end_of_what_stands_before_and_fits(sentences, count, size):
    for place, context in enumerate(contexts(sentences, settings(count, size=size))):
        assert "".join(sentences[max(0, place - count) : place]).endswith(context)
        assert len(context) <= size
        assert context or not count or not "".join(sentences[max(0, place - count) : place])


def test_a_later_window_has_its_own_sentence_before_it():
    assert context_of(3, "去哪儿呢", "雨停了。", settings(1)) == "雨停了。去哪儿"
    assert context_of(3, "去哪儿呢", "雨停了。", settings(1, size=5)) == "了。去哪儿"


def test_without_context_no_window_has_any():
    assert context_of(3, "去哪儿呢", "", settings(0)) == ""


def test_a_batch_holds_the_contexts_as_a_batch_beside_it():
    featurizer = of("雨停去哪")
    features = [featurizer("去哪", "雨停雨"), featurizer("停"), featurizer("雨停雨", "去")]
    batch = collate(features)
    assert batch.rows["characters"].tolist() == [[4, 5, 0], [3, 0, 0], [2, 3, 2]]
    assert batch.context.rows["characters"].tolist() == [[2, 3, 2], [0, 0, 0], [4, 0, 0]]
    assert batch.context.lengths.tolist() == [3, 0, 1]
    assert batch.context.context is None


def test_a_batch_without_any_context_has_none():
    featurizer = of("雨停")
    assert collate([featurizer("雨"), featurizer("停雨")]).context is None


def test_a_context_costs_what_a_text_costs():
    featurizer = of("雨停")
    assert [featurizer(*pair).cost for pair in (("雨",), ("雨停", "停停停"), ("", "停"))] == [
        1,
        5,
        0,
    ]
