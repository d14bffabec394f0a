"""Which characters of a changed copy are which of its original's."""

import pytest
from enrichment import CHARACTERS, augmented, marked

from ner.corpus.augmentation.alignment import NOWHERE, alignment
from ner.corpus.edits import Edit, apply

WRITTEN = "[陶小满|PER]在[衢州|LOC]等ABC雨。"
TEXTS = [marked(WRITTEN), marked("[丽水|LOC]和[衢州|LOC]在下雨，A店没开。")]


def aligned(written, *edits):
    """Each place, with a dot for none."""
    original = marked(written)
    places = alignment(original, apply(original, [Edit(*edit) for edit in edits]))
    return " ".join("." if place == NOWHERE else str(place) for place in places.tolist())


@pytest.mark.parametrize("kind", CHARACTERS)
def test_what_keeps_the_number_of_characters_is_aligned_one_by_one(kind):
    for original, copy in zip(TEXTS, augmented(kind, TEXTS, rate=1), strict=True):
        assert alignment(original, copy).tolist() == list(range(len(original.text)))


def test_around_a_mention_of_another_length_all_are_aligned():
    assert aligned("在[衢州|LOC]等", (1, 3, "丽水市")) == "0 . . . 3"
    assert aligned("在[衢州|LOC]等", (1, 3, "京")) == "0 . 3"
    assert aligned("在[衢州|LOC]等", (1, 3, "丽水")) == "0 1 2 3"


def test_mentions_that_change_places_are_followed_though_the_length_is_the_same():
    edits = ((0, 2, "青禾店"), (3, 6, "阿梨"))
    assert aligned("[阿梨|ORG]在[青禾店|ORG]。", *edits) == ". . . 2 . . 6"


def test_outside_of_entities_what_is_alike_at_both_ends_is_aligned():
    assert aligned("[阿梨|PER]来到这里", (4, 4, "了呀")) == "0 1 2 3 . . 4 5"
    assert aligned("[阿梨|PER]来到这里", (3, 4, "")) == "0 1 2 4 5"


def test_other_entities_or_sentences_are_not_aligned():
    original = marked(WRITTEN)
    joined = augmented("concatenate", TEXTS, rate=1)[0]
    assert alignment(original, joined) is None
    assert alignment(original, marked("陶小满在衢州等ABC雨。")) is None
