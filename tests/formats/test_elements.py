"""Objects cut out of long JSON: where they begin, what is wrong between them, and the time."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import NAME, source

from ner.errors import CorpusError
from ner.formats import Findings
from ner.formats.elements import keys, objects

plain = st.none() | st.integers() | st.text('{}[]",:\\\n茶\U0001f375', max_size=4)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
record = st.dictionaries(st.text('ab{"\\', max_size=2), values, min_size=1, max_size=3)
records = st.lists(record, max_size=4)


def found(content):
    """The objects with their lines, and what was wrong with its place."""
    wrong = []
    findings = Findings(lambda one: wrong.append((one.place.line, one.example)))
    return list(objects(source(content), findings)), wrong


@given(records, st.sampled_from([None, 0, 2]), st.booleans())
def test_an_array_gives_what_a_parser_of_the_whole_gives(expected, indent, escaped):
    content = json.dumps(expected, indent=indent, ensure_ascii=escaped)
    given_objects, wrong = found(content)
    assert [value for _, value in given_objects] == expected
    assert wrong == []


@given(records, st.sampled_from([None, 2]))
def test_objects_one_after_another_are_read_without_an_array(expected, indent):
    content = "\n".join(json.dumps(one, indent=indent) for one in expected)
    given_objects, wrong = found(content)
    assert [value for _, value in given_objects] == expected
    assert wrong == []


@pytest.mark.parametrize(
    "content, lines",
    [
        ('[{"a": 1}, {"a": 2}]', [1, 1]),
        ('\n[\n{"a": 1},\n\n{\n"a":\n2}]', [3, 5]),
        ('{"a": 1}\n\n{"a": 2}\n', [1, 3]),
        ('{\n"a": 1}\n{"a":\n2}', [1, 3]),
    ],
)
def test_each_comes_with_the_line_where_it_begins(content, lines):
    assert found(content) == ([(lines[0], {"a": 1}), (lines[1], {"a": 2})], [])


@pytest.mark.parametrize("content", ["", "\n \n", "[]", " [ \n ] \n"])
def test_where_there_is_nothing_nothing_is_wrong(content):
    assert found(content) == ([], [])


@pytest.mark.parametrize(
    "content, wrong",
    [
        ('[{"a" 1},\n{}]', (1, "not JSON: Expecting ':' delimiter (column 7)")),
        ('[{"a": 1,\n"b": tru},\n{}]', (2, "not JSON: Expecting value (column 6)")),
        ('[\n  {"a"\n\n: 1 2},\n{}]', (4, "not JSON: Expecting ',' delimiter (column 5)")),
        ('{}\n{"a": [}\n', (2, "not JSON: Expecting value: line 1 column 8 (char 7)")),
        ("[1, {}]", (1, "expected an object, got '1,'")),
        ('["茶", {}]', (1, "expected an object, got '\"茶\",'")),
        ("[[2],\n{}]", (1, "expected an object, got [2]")),
        ("7\n{}", (1, "expected an object, got '7'")),
        ("[{}\n,]", (2, "expected an object, got ','")),
        ("[{},\n\n}]", (3, "expected an object, got ',\\n}'")),
        ("[{},\n1,\n2\n]", (2, "expected an object, got ',\\n1,\\n2'")),
        ("[{}]\n]", (2, "expected an object, got ']'")),
        ("茶 {}", (1, "expected an object, got '茶'")),
        ("[{}\n", (1, "the array has no end")),
        ('[{},\n{"a":\n1', (2, "the object that begins here has no end")),
        ('{}\n{"a\n', (2, "not JSON: Unterminated string starting at: line 1 column 2 (char 1)")),
    ],
)
def test_what_is_wrong_has_its_place_and_the_others_are_read(content, wrong):
    given_objects, told = found(content)
    assert told == [wrong]
    assert [value for _, value in given_objects] == [{}]
    with pytest.raises(CorpusError) as raised:
        list(objects(source(content), Findings()))
    assert str(raised.value) == f"{NAME}:{wrong[0]}: {wrong[1]}"


def test_a_missing_comma_is_told_and_both_sides_are_read():
    given_objects, told = found('[{"a": 1}\n{"a": 2}]')
    assert [value for _, value in given_objects] == [{"a": 1}, {"a": 2}]
    assert told == [(2, "expected ',' and an object, got ''")]


@pytest.mark.parametrize(
    "content",
    [
        "[" * 300_000,
        "{" * 300_000,
        "[" * 300_000 + "]" * 300_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '[{"a": "' + "\\" * 300_000,
        '[{"a": "' + '\\"' * 300_000,
        '[{"a":\n"' + '\\"' * 300_000 + '"}, {"a" 1}]',
        '[{"a": [' + "1,\n" * 100_000,
        "[" + '{"a": 1\n' * 50_000,
        '"' * 300_000,
        "9" * 300_000,
    ],
)
def test_long_nonsense_is_wrong_in_linear_time(content):
    started = time.process_time()
    assert found(content)[1]
    keys(content)
    assert time.process_time() - started < 10  # the quadratic would take minutes


@pytest.mark.parametrize(
    "content, expected",
    [
        ('{"a": 1, "b" : [2]}', {"a": '1, "b" : [2]}', "b": "[2]}"}),
        ('[\n{"a": {"c": 1}, "b": "}"}, {"d": 1}]', {"a", "b"}),
        ('{"a": "b", "c": ["d", {"e": 1}], "f', {"a", "c"}),
        ('{"a": 1}\n{"b": 2}', {"a"}),
        ('[[{"a": 1}]]', set()),
        ("[]", set()),
        ('"a": 1', set()),
        ("", set()),
    ],
)
def test_the_keys_are_those_of_the_first_object(content, expected):
    assert (
        keys(content) == expected if isinstance(expected, dict) else set(keys(content)) == expected
    )
