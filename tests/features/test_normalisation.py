"""Normalisation gives a character for a character, and the right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.features.normalisation import HAN, RULES, Normaliser, traditional_to_simplified
from ner.features.texts import Texts

EVERY = [chr(code) for code in range(0x110000)]
ALL = ("width", "case", "script")


@pytest.fixture(scope="module")
def script():
    return traditional_to_simplified()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_gives_one_character_for_every_code_point(rule):
    assert [character for character in EVERY if len(rule(character)) != 1] == []


def test_all_rules_together_give_one_character_for_every_character_of_the_basic_plane(script):
    normalise = Normaliser(ALL, script)
    assert [character for character in EVERY[:0x10000] if len(normalise(character)) != 1] == []


def test_the_script_table_is_of_single_characters_that_change(script):
    assert all(len(old) == len(new) == 1 and old != new for old, new in script.items())
    assert all(any(first <= ord(old) < last for first, last in HAN) for old in script)
    assert {old: script[old] for old in "國東長門"} == dict(
        zip("國東長門", "国东长门", strict=True)
    )
    assert not script.keys() & set("国东长门林雨")


@pytest.mark.parametrize(
    ("rules", "before", "after"),
    [
        (ALL, "Ａ", "a"),
        (ALL, "\u3000", " "),
        (ALL, "國", "国"),
        (ALL, "İ", "İ"),
        (("width",), "Ａ", "A"),
        (("width",), "ｱ", "ア"),
        (("width",), "１", "1"),
        (("width",), "㈱", "㈱"),
        (("width",), "國", "國"),
        (("case",), "Q", "q"),
        (("case",), "Ａ", "ａ"),
        (("script",), "A", "A"),
        ((), "Ａ", "Ａ"),
        ((), "國", "國"),
    ],
)
def test_the_chosen_rules_and_no_others_are_applied(rules, before, after, script):
    normalise = Normaliser(rules, script)
    assert [normalise(before), normalise(before)] == [after, after]


def test_the_order_in_which_rules_are_named_means_nothing(script):
    one, other = Normaliser(ALL, script), Normaliser(reversed(ALL), script)
    assert [one(character) for character in "Ａ國Ｚ\u3000"] == ["a", "国", "z", " "]
    assert [other(character) for character in "Ａ國Ｚ\u3000"] == ["a", "国", "z", " "]


def test_the_script_is_looked_up_after_width_and_case():
    assert Normaliser(ALL, {"a": "x"})("Ａ") == "x"


def test_a_table_is_kept_only_where_script_is_a_rule():
    assert Normaliser(("width", "case"), {"國": "国"}).script == {}
    assert Normaliser(("script",), {"國": "国"}).script == {"國": "国"}


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("鎮Ａİ\ud800"), max_size=20))
def test_a_text_is_normalised_character_for_character(script, text):
    normalise = Normaliser(ALL, script)
    expected = "".join(map(normalise, text))
    assert normalise.text(text) == expected
    assert normalise.texts(Texts.of([text, "", text])).parts() == [expected, "", expected]


def test_a_table_of_more_than_characters_is_an_error():
    with pytest.raises(ValueError, match="something else than characters"):
        Normaliser(ALL, {"鎮": "镇子"})
