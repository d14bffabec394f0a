"""What a timed pass holds, by a clock that is turned by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.benchmark import passes
from ner.benchmark.passes import portion, timed_passes

TEXTS = st.lists(st.text(max_size=9), min_size=1, max_size=9).filter(any)


@given(TEXTS, st.integers(1, 200))
def test_a_portion_is_the_texts_in_turn_until_they_suffice(texts, characters):
    chosen = portion(texts, characters)
    assert chosen == [texts[place % len(texts)] for place in range(len(chosen))]
    assert sum(map(len, chosen)) >= characters > sum(map(len, chosen[:-1]))


def test_texts_without_a_character_are_refused():
    with pytest.raises(ValueError, match="no character"):
        portion(["", ""], 5)


@pytest.fixture
def by_hand(monkeypatch):
    """A tagger of 1,000 characters a second, and the sizes of the passes that it was given."""
    now, sizes = [0.0], []

    def tag(given):
        sizes.append(sum(map(len, given)))
        for text in given:
            now[0] += len(text) / 1000
            yield [(0, 1, "PER")]

    monkeypatch.setattr(passes.time, "perf_counter", lambda: now[0])
    return tag, sizes


@pytest.mark.parametrize("seconds", [0.25, 1, 30])
def test_a_pass_takes_about_as_long_as_is_wished(by_hand, seconds):
    tag, sizes = by_hand
    found = timed_passes(tag, ["一二三四五"] * 7, seconds=seconds, repeats=3)
    assert found.seconds == pytest.approx([seconds] * 3, rel=0.02)
    assert sizes[-3:] == [found.characters] * 3
    assert found.entities == found.texts == found.characters / 5


def test_the_warm_up_comes_before_the_passes_that_count(by_hand):
    tag, sizes = by_hand
    found = timed_passes(tag, ["一二三四五"], seconds=3, repeats=2)
    assert len(found.seconds) == 2
    assert sizes == [1000, 1000, 2000, 3000, 3000]  # the first builds what is built once
