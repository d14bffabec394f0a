"""What a user writes about vectors, and what is meant by it."""

import pytest

from ner.errors import ConfigError
from ner.features.vector_file import TABLES
from ner.settings.features import FeatureSettings
from ner.vectors.kinds import KINDS
from ner.vectors.plan import Plan, normaliser, parse_counts, parse_rules


def test_every_kind_has_a_table_in_the_file():
    assert tuple(KINDS) == TABLES


def test_the_usual_normalisation_is_that_of_the_features():
    assert Plan().normalise == FeatureSettings().normalise
    text = "Ａ國　b"
    assert normaliser(Plan().normalise).text(text) == "a国 b"
    assert normaliser(()).text(text) == text


@pytest.mark.parametrize(
    "written, expected",
    [
        ("none", ()),
        ("case", ("case",)),
        ("script, width", ("width", "script")),
        ("width,case,script", ("width", "case", "script")),
    ],
)
def test_rules_are_read_from_their_names(written, expected):
    assert parse_rules(written) == expected


@pytest.mark.parametrize("written", ["", "widht", "width,"])
def test_an_unknown_rule_is_answered_with_those_there_are(written):
    with pytest.raises(ConfigError, match="unknown normalisation .*known: case, script, width"):
        parse_rules(written)


@pytest.mark.parametrize(
    "written, expected",
    [
        ([], {"characters": 5, "bigrams": 10, "words": 5}),
        (["3"], {"characters": 3, "bigrams": 3, "words": 3}),
        (["3", "words=20"], {"characters": 3, "bigrams": 3, "words": 20}),
        (["bigrams=1"], {"characters": 5, "bigrams": 1, "words": 5}),
    ],
)
def test_least_counts_are_for_all_tables_or_for_one(written, expected):
    plan = Plan(min_count=parse_counts(written))
    assert {table: plan.least(table) for table in KINDS} == expected


@pytest.mark.parametrize("written", ["", "0", "-1", "words=", "words=two", "1.5", "=3", "word=3"])
def test_what_is_no_least_count_is_an_error(written):
    with pytest.raises(ConfigError, match="expected a number from 1|unknown table"):
        parse_counts([written])


def test_words_alone_are_trained_by_skip_gram_unless_one_is_chosen_for_all():
    assert [Plan().skips(table) for table in KINDS] == [False, False, True]
    assert all(Plan(skip_gram=True).skips(table) for table in KINDS)
    assert not any(Plan(skip_gram=False).skips(table) for table in KINDS)
