"""What holds for every augmentation in the table, whatever the documents are."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from enrichment import CHARACTERS, MENTIONS, augmented, marked
from hypothesis import example, given
from hypothesis import strategies as st
from layered import layered
from strategies import in_turn

from ner.corpus.augmentation import AUGMENTATIONS, build
from ner.corpus.augmentation.places import replaceable
from ner.document import Document, Entity
from ner.errors import ConfigError
from ner.formats import Findings
from ner.formats.reading import read_path
from ner.settings import AugmentationKind

CORPORA = os.environ.get("NER_CORPORA")
rates = st.sampled_from((0.0, 0.3, 1.0))
several = st.lists(layered(), min_size=1, max_size=4)
ADDING = ("concatenate", "drop", "punctuation")  # to a sentence; the last two what crossed its end
CHANGING = ("concatenate", "cross")  # the labels
every_kind = pytest.mark.parametrize("kind", AUGMENTATIONS)

NESTED = Document("苏州大学在", (Entity("苏州大学", "ORG", 0, 4), Entity("苏州", "LOC", 0, 2)))
ODD = [
    Document(""),
    Document("苏"),
    Document("A", (Entity("A", "PER", 0, 1),)),
    Document("👩\u200d🚀和e\u0301", (Entity("👩\u200d🚀", "PER", 0, 3),)),
    Document("\u0301", (Entity("\u0301", "PER", 0, 1),)),
    Document(" \u3000\n", (Entity("\u3000", "LOC", 1, 2),)),
    Document("\ud800士", (Entity("\ud800", "LOC", 0, 1),)),
    NESTED,
    Document("甲乙丙", (Entity("甲乙", "LOC", 0, 2), Entity("乙丙", "LOC", 1, 3))),
    Document("甲乙", (Entity("甲乙", "LOC", 0, 2), Entity("甲乙", "PER", 0, 2))),
    Document("甲乙", (Entity("甲乙", "LOC", 0, 2),), ((0, 1), (1, 2))),
    Document("没有实体的句子。", (), ((0, 4), (4, 4), (4, 8))),
]


def labels(document):
    return Counter(entity.label for entity in document.entities)


def check_offsets(documents):
    for one in documents:
        assert all(one.text[e.start : e.end] == e.text != "" for e in one.entities)
        assert all(0 <= start <= end <= len(one.text) for start, end in one.spans)


@given(several, rates)
@example(ODD, 1.0)
def test_offsets_are_right_and_every_entity_keeps_its_label_and_sentence(documents, rate):
    for kind in in_turn(AUGMENTATIONS):
        keeps_labels_and_sentences(kind, documents, rate)


def keeps_labels_and_sentences(kind, documents, rate):
    after = augmented(kind, documents, rate=rate)
    check_offsets(after)
    assert len(after) == len(documents)
    for old, new in zip(documents, after, strict=True):
        assert (len(old.spans), old.id, old.fields) == (len(new.spans), new.id, new.fields)
        for before, now in zip(old.sentences, new.sentences, strict=True):
            assert kind == "cross" or not labels(before) - labels(now)
            assert kind in ADDING or len(before.entities) == len(now.entities)
        assert kind in CHANGING or [e.label for e in old.entities] == [
            e.label for e in new.entities
        ]


@given(several)
@example(ODD)
def test_a_rate_of_zero_changes_nothing(documents):
    for kind in in_turn(AUGMENTATIONS):
        after = augmented(kind, documents, rate=0)
        assert all(new == old for old, new in zip(documents, after, strict=True))


@given(several, st.integers(0, 2**32))
def test_the_seed_decides(documents, seed):
    for kind in in_turn(AUGMENTATIONS):
        first, second = (augmented(kind, documents, rate=0.5, seed=seed) for _ in range(2))
        assert first == second


@every_kind
def test_another_seed_draws_otherwise(kind):
    written = [
        "[阿梨|PER]和[骆一舟|PER]在[苏州|LOC]和[泉州|LOC]买了ABC己土未人，3个。说[阿梨|PER]和",
        "[丽水|LOC]事是时他她地，说[丽水|LOC]和10天",
        *("[阿梨|PER]来了", "[骆一舟|PER]来了", "[苏州|LOC]来了"),
    ]
    documents = [marked(one) for one in written] * 5
    drawn = {tuple(augmented(kind, documents, rate=0.5, seed=seed)) for seed in range(5)}
    assert len(drawn) > 1


@given(several, st.sampled_from(("inside", "outside")))
@example(ODD, "inside")
@example(ODD, "outside")
def test_characters_change_only_where_they_may(documents, where):
    for kind in in_turn(CHARACTERS):
        changes_only_where_it_may(kind, documents, where)


def changes_only_where_it_may(kind, documents, where):
    after = augmented(kind, documents, rate=1, where=where)
    for old, new in zip(documents, after, strict=True):
        assert len(new.text) == len(old.text)
        assert [(e.start, e.end) for e in new.entities] == [(e.start, e.end) for e in old.entities]
        covered = {place for e in old.entities for place in range(e.start, e.end)}
        fixed = set(range(len(old.text))) - covered if where == "inside" else covered
        assert all(old.text[place] == new.text[place] for place in fixed)


@given(several, rates)
@example(ODD, 1.0)
def test_what_is_around_mentions_stays(documents, rate):
    for kind in in_turn(MENTIONS):
        after = augmented(kind, documents, rate=rate)
        assert [around(old, replaceable(old)) for old in documents] == [
            around(new, [new.entities[old.entities.index(one)] for one in replaceable(old)])
            for old, new in zip(documents, after, strict=True)
        ]


def around(document, mentions):
    """The text with these mentions left out."""
    places = sorted((one.start, one.end) for one in mentions)
    starts = [0, *(end for _, end in places)]
    ends = [*(start for start, _ in places), len(document.text)]
    return [document.text[start:end] for start, end in zip(starts, ends, strict=True)]


@given(several, rates)
@example(ODD, 1.0)
def test_a_joined_sentence_begins_as_it_did(documents, rate):
    after = augmented("concatenate", documents, rate=rate, between="，")
    for old, new in zip(documents, after, strict=True):
        for before, now in zip(old.sentences, new.sentences, strict=True):
            assert now.text.startswith(before.text)
            assert set(now.entities) >= set(before.entities)


@given(layered())
@example(NESTED)
def test_replaceable_entities_do_not_overlap_and_hold_no_other(document):
    chosen = replaceable(document)
    for one in document.entities:
        others = [other for other in document.entities if other is not one]
        inside = any(
            one.start < border < one.end
            for pair in [*((o.start, o.end) for o in others), *document.spans]
            for border in pair
        )
        twin = any((o.start, o.end) == (one.start, one.end) for o in others)
        assert (one in chosen) == (not inside and not twin)


PROGRAM = """
from test_augmentations import *
documents = [marked("[阿梨|PER]和[骆一舟|PER]在[苏州|LOC]买了ABC己土未人，事是时")] * 2 + [
    marked("[泉州|LOC]和[丽水|LOC]他她地的得"), marked("[莫小鱼|PER]写字[青禾|ORG][丽水|LOC]")]
for kind in AUGMENTATIONS:
    for one in augmented(kind, documents, rate=0.6):
        print(kind, one.text, one.entities)
"""


def test_the_order_of_hashes_changes_nothing():
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[2]), *sys.path]
    runs = [
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(folders)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].splitlines()) == 4 * len(AUGMENTATIONS)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ConfigError, match="unknown augmentation 'mentoin'.*did you mean 'mention'"):
        build(AugmentationKind(kind="mentoin"), None)


@pytest.fixture(scope="module")
def weibo():
    if not CORPORA:
        pytest.skip("NER_CORPORA names no folder of corpora")
    path = Path(CORPORA) / "weibo" / "weiboNER_2nd_conll.train"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return list(read_path(path, Findings()))


@every_kind
def test_a_real_corpus_is_changed_and_stays_right(weibo, kind):
    after = augmented(kind, weibo, rate=0.5)
    check_offsets(after)
    assert sum(old != new for old, new in zip(weibo, after, strict=True)) > 50
    before, now = (sum(map(labels, part), Counter()) for part in (weibo, after))
    assert now == before or kind in CHANGING
