"""Which matches there are, and which count, held against slow and plain answers."""

import string

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rulebook import SLOW_MODES, counting, matches

from ner.errors import CorpusError
from ner.features.normalisation import Normaliser
from ner.tagging.dictionary import Dictionary
from ner.tagging.dictionary.choice import chosen
from ner.tagging.dictionary.finding import Finder
from ner.tagging.dictionary.rule_table import RuleTable
from ner.tagging.dictionary.rules import Entry, Manner, Part

NORMALISE = Normaliser(("width", "case", "script"), {"蘇": "苏"})
LETTERS = "苏蘇州aAＡb1１２ \n。😂\ud800"
texts = st.lists(st.text(LETTERS, max_size=12), max_size=4)
mentions = st.text(LETTERS.replace("\ud800", ""), min_size=1, max_size=4).filter(str.strip)
rules = st.lists(
    st.tuples(
        mentions, st.sampled_from(SLOW_MODES), st.sampled_from("XY*"), st.sampled_from([0, 1, 2.5])
    ).filter(lambda rule: rule[2] != "*" or rule[1] == "forbid"),
    max_size=8,
)


def dictionary_of(drawn, *, exact=False):
    """A part for each rule, so that each has its own mode."""
    return Dictionary(
        tuple(
            Part("own.tsv", Manner(mode, exact=exact), (Entry(mention, label, priority, line),))
            for line, (mention, mode, label, priority) in enumerate(drawn, 1)
        )
    )


def rows(found):
    columns = (found.starts.tolist(), found.ends.tolist(), found.rules.tolist())
    return sorted(zip(*columns, strict=True))


def slow_matches(own_texts, sought, normalise):
    """Those in each text, moved to where it stands among the others."""
    found, offset = [], 0
    for text in own_texts:
        own = matches(text, sought, normalise)
        found += [(start + offset, end + offset, number) for start, end, number in own]
        offset += len(text) + 1
    return sorted(found)


@example(["苏州", "蘇州"], [("\n苏", "force", "X", 0), ("蘇州", "force", "X", 0)])
@example(["a1b"], [("1", "force", "X", 0), ("a1", "force", "X", 0)])
@given(texts, rules)
def test_every_match_is_found_in_any_writing_and_none_across_texts(own_texts, drawn):
    sought = [mention for mention, *_ in drawn]
    found = Finder(dictionary_of(drawn), NORMALISE)(own_texts)
    inside = [one for one in rows(found) if not _across(own_texts, one)]
    assert inside == slow_matches(own_texts, sought, NORMALISE)


@given(texts, rules)
def test_exact_mentions_are_found_as_written(own_texts, drawn):
    sought = [mention for mention, *_ in drawn]
    found = Finder(dictionary_of(drawn, exact=True), NORMALISE)(own_texts)
    inside = [one for one in rows(found) if not _across(own_texts, one)]
    plain = set(slow_matches(own_texts, sought, NORMALISE))
    joined = "\n".join(own_texts)
    assert inside == sorted(one for one in plain if joined[one[0] : one[1]] == sought[one[2]])


def _across(own_texts, match):
    """Whether a match takes in what stands between two texts; the tagger leaves these out."""
    borders, offset = [], -1
    for text in own_texts:
        offset += len(text) + 1
        borders.append(offset)
    return any(match[0] <= border < match[1] for border in borders)


@given(st.text("苏州a ", max_size=14), rules)
def test_what_counts_is_decided_by_mode_length_priority_and_order(text, drawn):
    dictionary = dictionary_of(drawn)
    found = Finder(dictionary, NORMALISE)([text])
    kept = chosen(found, RuleTable.of(dictionary))
    plain = [(mode, label, priority) for _, mode, label, priority in drawn]
    assert rows(kept) == sorted(counting(rows(found), plain))


@pytest.mark.parametrize(
    ("text", "drawn", "expected"),
    [
        ("苏州大学", [("苏州", 0), ("苏州大学", 0)], [(0, 4, 1)]),
        ("ab cd", [("ab", 0), ("b c", 0)], [(0, 2, 0)]),
        ("甲乙丙丁", [("甲乙", 0), ("乙丙", 1), ("丙丁", 0)], [(1, 3, 1)]),
        ("甲乙丙", [("甲乙", 0), ("乙丙", 0)], [(0, 2, 0)]),
        ("甲乙丙", [("乙丙", 0), ("甲乙", 0)], [(1, 3, 0)]),
        ("甲甲甲", [("甲甲", 0)], [(0, 2, 0)]),
        ("甲乙", [("甲乙", 0), ("甲乙", 3)], [(0, 2, 1)]),
    ],
)
def test_longest_then_priority_then_earlier_line_then_first(text, drawn, expected):
    dictionary = dictionary_of([(one, "force", "X", priority) for one, priority in drawn])
    found = chosen(Finder(dictionary, NORMALISE)([text]), RuleTable.of(dictionary))
    assert rows(found) == expected


def test_what_is_forced_goes_before_longer_mentions_of_other_modes():
    drawn = [("苏州大", "fill", "X", 9), ("苏州", "prefer", "X", 9), ("州", "force", "X", 0)]
    dictionary = dictionary_of(drawn)
    found = chosen(Finder(dictionary, NORMALISE)(["苏州大"]), RuleTable.of(dictionary))
    assert rows(found) == [(1, 2, 2)]
    found = chosen(Finder(dictionary, NORMALISE)(["苏大苏州大苏"]), RuleTable.of(dictionary))
    assert rows(found) == [(3, 4, 2)]


@pytest.mark.parametrize(
    ("text", "mention", "there"),
    [
        ("with it", "IT", [5]),
        ("ＩＴ行业", "it", [0]),
        ("iPhone15", "iPhone", [0]),
        ("15G", "5G", []),
        ("用5G上网", "5g", [1]),
        ("кот", "ко", []),
        ("苏州", "苏", [0]),
        ("A-1", "A", [0]),
    ],
)
def test_a_mention_never_cuts_a_word_of_letters_or_a_number(text, mention, there):
    found = Finder(Dictionary.of([(mention, "X")]), NORMALISE)([text])
    assert found.starts.tolist() == there


def test_lone_surrogates_match_nothing_and_move_nothing():
    found = Finder(Dictionary.of([("苏州", "X")]), NORMALISE)(["\ud83d苏州\udc00", "苏州"])
    assert rows(found) == [(1, 3, 0), (5, 7, 0)]


def test_patterns_see_all_of_a_text_as_it_stands(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("X\t(?<=^ＮＯ)\\d+$\nY\tx*(?=甲)\n", encoding="utf-8")
    find = Finder(Dictionary.read_patterns(path), NORMALISE)
    assert rows(find(["ＮＯ１２", "NO12", "ＮＯ1甲", "xx甲甲"])) == [(2, 4, 0), (15, 17, 1)]


def test_a_pattern_that_takes_far_too_long_is_named(tmp_path, monkeypatch):
    path = tmp_path / "own.tsv"
    path.write_text("# slow\nX\t(?:a|a|aa)+b\n", encoding="utf-8")
    monkeypatch.setattr("ner.tagging.dictionary.finding.PATIENCE", 0.05)
    find = Finder(Dictionary.read_patterns(path), NORMALISE)
    with pytest.raises(CorpusError, match=r"own\.tsv:2: the pattern took over"):
        find(["a" * 60 + "c"])


def test_a_hundred_thousand_rules_on_one_mention_are_no_trouble():
    letters = np.random.default_rng(0).choice(list(string.ascii_lowercase), (1000, 3))
    pairs = [("".join(row), "X") for row in letters] * 100
    find = Finder(Dictionary.of(pairs), NORMALISE)
    assert len(find([pairs[0][0]])) >= 100
