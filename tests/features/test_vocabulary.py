"""The vocabulary numbers characters from 2 on, frequent ones first; 1 is every other one."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import reread

from ner.features.channels.vocabulary import PAD_ID, UNKNOWN_ID, Vocabulary

CHARACTERS = st.characters(exclude_categories=())


def test_numbers_start_after_padding_and_unknown():
    vocabulary = Vocabulary("雨停了")
    assert (PAD_ID, UNKNOWN_ID) == (0, 1)
    assert [vocabulary.id(character) for character in "雨停了风"] == [2, 3, 4, UNKNOWN_ID]
    assert len(vocabulary) == 5


def test_frequent_characters_come_first_then_by_code_point():
    assert Vocabulary.counted("乙甲乙丁丙").names == tuple("乙丁丙甲")


@pytest.mark.parametrize(("min_count", "kept"), [(1, "岸水花"), (2, "岸水"), (3, "岸"), (4, "")])
def test_rare_characters_are_unknown(min_count, kept):
    vocabulary = Vocabulary.counted("水岸花岸水岸", min_count=min_count)
    assert vocabulary.names == tuple(kept)
    assert {name for name in "岸水花" if vocabulary.id(name) != UNKNOWN_ID} == set(kept)


@given(st.lists(CHARACTERS, max_size=60), st.integers(1, 4), CHARACTERS)
def test_each_kept_character_has_a_number_of_its_own(characters, min_count, stranger):
    vocabulary = Vocabulary.counted(characters, min_count=min_count)
    counts = Counter(characters)
    kept = {name for name, count in counts.items() if count >= min_count}
    assert {vocabulary.id(name) for name in kept} == set(range(2, 2 + len(kept)))
    others = {*counts, stranger} - kept
    assert {vocabulary.id(name) for name in others} <= {UNKNOWN_ID}
    assert len(vocabulary) == 2 + len(kept)


@given(st.lists(CHARACTERS, unique=True, max_size=30))
def test_the_characters_alone_give_the_same_numbers_back(characters):
    again = Vocabulary(Vocabulary(characters).names)
    assert [again.id(name) for name in characters] == list(range(2, 2 + len(characters)))


# Names that a vector is known of.

NAMES = st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=12)
KNOWN = st.lists(st.sampled_from("甲乙丙丁戊己庚辛"), unique=True)


@given(NAMES, KNOWN, st.integers(1, 3))
def test_a_known_name_needs_to_occur_but_once_or_stands_behind_in_its_order(
    names, known, min_count
):
    vocabulary = Vocabulary.counted(names, min_count=min_count, known=known)
    counts = Counter(names)
    learned = {name for name in counts if counts[name] >= min_count or name in known}
    own, others = (
        vocabulary.names[: vocabulary.learned],
        vocabulary.names[vocabulary.learned :],
    )
    assert own == tuple(sorted(learned, key=lambda name: (-counts[name], name)))
    assert others == tuple(name for name in known if name not in counts)
    assert vocabulary.tuned == 2 + len(learned)
    assert len(vocabulary) == 2 + len(own) + len(others)


@pytest.mark.parametrize("name", ["[PAD]", "[UNK]", ""])
def test_no_name_is_taken_for_padding_or_the_unknown_one(name):
    assert Vocabulary("雨").id(name) == UNKNOWN_ID
    assert Vocabulary(["雨", name]).id(name) == 3
    assert len(Vocabulary(["雨", name])) == 4


@given(NAMES, KNOWN)
def test_saved_and_read_it_is_the_same(names, known):
    vocabulary = Vocabulary.counted(names, known=known)
    again = Vocabulary.from_dict(reread(vocabulary.to_dict()))
    assert (again.names, again.learned) == (vocabulary.names, vocabulary.learned)


@pytest.mark.parametrize(
    "damage", [{"learned": -1}, {"learned": 3}, {"names": ["雨"]}, {"names": {}}], ids=str
)
def test_damaged_data_is_no_vocabulary(damage):
    with pytest.raises((AttributeError, TypeError, ValueError)):
        Vocabulary.from_dict({**Vocabulary("雨停").to_dict(), **damage})
