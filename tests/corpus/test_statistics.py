"""The figures of a split, counted again the slow way."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from ner.corpus.statistics import Layers, Lengths, count, frequent, layers_of
from ner.document import Document, Entity
from ner.errors import CorpusError
from ner.formats import Findings
from ner.formats.reading import read_path

CORPORA = os.environ.get("NER_CORPORA")
needs_corpora = pytest.mark.skipif(not CORPORA, reason="NER_CORPORA names no folder of corpora")

TEXT = "甲乙丙丁戊己庚辛"
spans = st.tuples(st.integers(0, 7), st.integers(1, 8)).filter(lambda span: span[0] < span[1])
counted = st.dictionaries(st.integers(1, 30), st.integers(1, 5)).map(Counter)


def entities(*found):
    return [Entity(TEXT[start:end], "X", start, end) for start, end in found]


@given(st.lists(spans, max_size=8))
def test_layers_are_those_that_every_pair_tells(found):
    nested = crossing = 0
    ordered = sorted(found, key=lambda span: (span[0], -span[1]))
    for place, (start, end) in enumerate(ordered):
        before = ordered[:place]
        nested += any(first <= start and end <= last for first, last in before)
        crossing += any(first < start < last < end for first, last in before)
    covered = {place for start, end in found for place in range(start, end)}
    assert layers_of(entities(*found)) == Layers(nested, crossing, len(covered))


@pytest.mark.parametrize(
    "found, expected",
    [
        ([], (0, 0, 0)),
        ([(0, 2), (2, 4)], (0, 0, 4)),
        ([(0, 4), (1, 3)], (1, 0, 4)),
        ([(0, 4), (0, 2)], (1, 0, 4)),
        ([(0, 2), (0, 2)], (1, 0, 2)),
        ([(0, 3), (2, 5)], (0, 1, 5)),
        ([(0, 5), (1, 3), (2, 4)], (2, 1, 5)),  # the last is nested and crosses too
    ],
)
def test_layers_of_a_few_entities(found, expected):
    assert layers_of(entities(*found)) == expected


def test_many_entities_over_each_other_take_no_quadratic_time():
    many = 100_000
    found = [Entity("甲", "X", start, start + many) for start in range(many)]
    assert layers_of(found) == (0, many - 1, 2 * many - 1)


@given(counted)
def test_lengths_are_summed_up_as_a_list_of_them_would_be(counts):
    lengths, listed = Lengths(counts), sorted(counts.elements())
    assert lengths.number == len(listed)
    assert lengths.longest == max(listed, default=0)
    assert lengths.mean == pytest.approx(sum(listed) / len(listed) if listed else 0)
    for share in (0.5, 0.95, 1.0):
        fitting = [at for at in listed if sum(one <= at for one in listed) >= share * len(listed)]
        assert lengths.reaching(share) == (min(fitting) if fitting else 0)


@given(counted, st.integers(0, 31), st.integers(0, 31))
def test_lengths_between_two_ends_count_both(counts, first, last):
    expected = sum(first <= one <= last for one in counts.elements())
    assert Lengths(counts).between(first, last) == expected


@given(st.lists(documents(min_size=0), min_size=1, max_size=6))
def test_a_split_is_counted_as_a_list_of_its_documents_would_be(found):
    every = [entity for one in found for entity in one.entities]
    if not any(one.text for one in found):
        with pytest.raises(CorpusError):
            count(found, Findings())
        return
    figures = count(iter(found), Findings())
    text = "".join(one.text for one in found)
    assert figures.documents == len(found)
    assert sorted(figures.sentences.counts.elements()) == sorted(
        len(d.text) for d in found if d.text
    )
    assert (figures.size, len(figures.characters)) == (len(text), len(set(text)))
    assert figures.labels == Counter(entity.label for entity in every)
    assert figures.entities.counts == Counter(len(entity.text) for entity in every)
    for label, texts in figures.mentions.items():
        assert texts == Counter(entity.text for entity in every if entity.label == label)
    assert figures.coverage == pytest.approx(sum(len(entity.text) for entity in every) / len(text))
    assert figures.density == pytest.approx(100 * len(every) / len(text))


def test_sentences_of_documents_are_counted_without_what_stands_between():
    one = Document(
        "她在苏州。\n\n茶凉了。", (Entity("苏州", "LOC", 2, 4),), ((0, 5), (6, 6), (7, 11))
    )
    figures = count([one], Findings())
    assert figures.sentences.counts == {5: 1, 4: 1}
    assert figures.size == 9
    assert "\n" not in figures.characters


def test_documents_are_not_kept():
    alive = 0

    class Watched(str):
        def __del__(self):
            nonlocal alive
            alive -= 1

    def stream():
        nonlocal alive
        for number in range(100):
            alive += 1
            yield Document(Watched(f"{number}号"))
            assert alive < 5

    assert count(stream(), Findings()).documents == 100


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_a_split_without_text_is_refused(texts):
    with pytest.raises(CorpusError, match="^own.bio: an empty corpus: there is no sentence in it$"):
        count(map(Document, texts), Findings(), path="own.bio")


def test_the_most_frequent_come_first_and_equal_ones_by_the_alphabet():
    assert frequent(Counter({"c": 1, "a": 1, "b": 2})) == ["b", "a", "c"]
    assert frequent(Counter({"c": 1, "a": 1, "b": 2}), 2) == ["b", "a"]


def test_plain_data_says_all_figures():
    findings = Findings()
    findings["repairs"], findings["none"] = 2, 0
    found = [
        Document("甲在乙", (Entity("甲", "PER", 0, 1), Entity("乙", "LOC", 2, 3))),
        Document("甲甲", (Entity("甲", "PER", 0, 1), Entity("甲甲", "PER", 0, 2))),
    ]
    lengths = {"mean": 1.25, "median": 1, "95%": 2, "max": 2, "histogram": {"1": 3, "2": 1}}
    assert count(found, findings, name="dev", path="own.bio").to_dict() == {
        "name": "dev",
        "path": "own.bio",
        "documents": 2,
        "sentences": 2,
        "characters": 5,
        "distinct_characters": 3,
        "entities": 4,
        "entities_per_100_characters": 80.0,
        "characters_in_entities": 0.8,
        "nested": 1,
        "crossing": 0,
        "sentence_lengths": {
            **{"mean": 2.5, "median": 2, "95%": 3, "max": 3},
            "histogram": {"2": 1, "3": 1},
        },
        "entity_lengths": lengths,
        "labels": {
            "PER": {"entities": 3, "mentions": 2, "most_frequent": {"甲": 2, "甲甲": 1}},
            "LOC": {"entities": 1, "mentions": 1, "most_frequent": {"乙": 1}},
        },
        "findings": {"repairs": 2},
    }


REAL = [  # file, sentences, entities, nested, crossing
    ("resume/dev.char.bmes", 463, 1_497, 0, 0),
    ("weibo/weiboNER_2nd_conll.dev", 270, 389, 0, 0),
    pytest.param("literature/train", 34_274, 124_989, 5_382, 22, marks=pytest.mark.slow),
]


@needs_corpora
@pytest.mark.parametrize("file, sentences, number, nested, crossing", REAL)
def test_the_figures_of_a_real_corpus(file, sentences, number, nested, crossing):
    path = Path(CORPORA) / file
    if not path.exists():
        pytest.skip(f"{path} is not there")
    findings = Findings()
    figures = count(read_path(path, findings), findings)
    assert (figures.sentences.number, figures.entities.number) == (sentences, number)
    assert figures.layers[:2] == (nested, crossing)
