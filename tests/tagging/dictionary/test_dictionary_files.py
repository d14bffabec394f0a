"""Files of mentions and patterns: what they say, and what is wrong with them."""

import pickle
from pathlib import Path

import pytest
from trained import tiny_run

from ner.errors import ConfigError, CorpusError
from ner.formats import ReadOptions
from ner.tagging.bulk.settings import settings_of
from ner.tagging.dictionary import Dictionary
from ner.tagging.dictionary.reading import named
from ner.tagging.dictionary.rules import MODES, Manner
from ner.tagging.files import Request
from ner.tagging.loading import Loading

__all__ = ["tiny_run"]


@pytest.fixture
def file(tmp_path):
    def made(content, name="own.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return made


def entries(dictionary):
    return [tuple(rule) for _, rule in dictionary.rules()]


def test_a_line_is_a_mention_a_label_and_maybe_a_priority(file):
    path = file(
        "\ufeff# words\n\n苏州\tLOC\r\n New York \tLOC\t2.5\n   \n\\#话题#\tTOPIC\t-1\n#苏州\tX\n"
    )
    assert entries(Dictionary.read(path)) == [
        ("苏州", "LOC", 0.0, 3),
        ("New York", "LOC", 2.5, 4),
        ("#话题#", "TOPIC", -1.0, 6),
    ]


def test_pairs_and_files_add_up_in_order(file):
    both = Dictionary.of([("苏州", "LOC")], "fill") + Dictionary.read(file("甲\tX\n"), "forbid")
    assert [part.manner.mode for part in both.parts] == ["fill", "forbid"]
    assert len(both) == 2
    assert pickle.loads(pickle.dumps(both)) == both
    builtin = Dictionary.read_patterns("builtin")
    assert pickle.loads(pickle.dumps(builtin)) == builtin


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("苏州\n", r"own\.tsv:1: got '苏州', expected MENTION<TAB>LABEL"),
        ("# x\n\tLOC\n", r"own\.tsv:2: got '\\tLOC', expected MENTION"),
        ("甲\tX\n苏州\t \n", r"own\.tsv:2: got .*, expected MENTION"),
        ("苏州\tLOC\t1\t2\n", r"own\.tsv:1: got .*, expected MENTION"),
        ("苏州\tLOC\thigh\n", r"own\.tsv:1: priority: got 'high', expected a number"),
        ("苏州\tLOC\tnan\n", r"own\.tsv:1: priority nan: expected a finite number"),
        ("苏州\t*\n", r"own\.tsv:1: the label \* makes sense only in the mode forbid"),
        ("苏\uffff州\tX\n", r"own\.tsv:1: U\+FFFF cannot be looked for"),
        (b"\xcb\xd5\tLOC\n", r"own\.tsv:1: not utf-8: byte 0xcb"),
    ],
)
def test_a_line_that_is_no_mention_is_named(file, content, message):
    with pytest.raises(CorpusError, match=message):
        Dictionary.read(file(content))


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("苏州", "LOC"), (" ", "LOC")], "dictionary:2: an empty mention"),
        ([("苏州", "")], "dictionary:1: an empty label"),
        ([("\ud800", "LOC")], r"dictionary:1: U\+D800 cannot be looked for"),
    ],
)
def test_a_pair_that_is_no_mention_is_named(pairs, message):
    with pytest.raises(CorpusError, match=message):
        Dictionary.of(pairs)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("X\n", r"own\.tsv:1: got 'X', expected LABEL<TAB>REGEX"),
        ("X\ta\n\nX\t(\n", r"own\.tsv:3: '\(' is no regular expression: missing \)"),
        ("X\t\\d*\n", r"own\.tsv:1: .* matches the empty text"),
        ("X\tbuiltin:emial\n", r"own\.tsv:1: unknown ready pattern 'emial' .*did you mean 'email'"),
    ],
)
def test_a_line_that_is_no_pattern_is_named(file, content, message):
    with pytest.raises(CorpusError, match=message):
        Dictionary.read_patterns(file(content))


def test_a_missing_file_is_named():
    with pytest.raises(CorpusError, match=r"gone\.tsv: No such file"):
        Dictionary.read("gone.tsv")


def test_an_unknown_mode_or_bonus_is_named():
    with pytest.raises(ConfigError, match="unknown dictionary mode 'forse' .*did you mean 'force'"):
        Dictionary.of([], "forse")
    with pytest.raises(ConfigError, match="bonus: got inf"):
        Dictionary.of([], "prefer", bonus=float("inf"))


@pytest.mark.parametrize("mode", MODES)
def test_a_file_is_named_with_its_mode(mode):
    assert named(f"a.tsv:{mode}") == ("a.tsv", Manner(mode))
    assert named(f"C:\\a.tsv:{mode}:exact") == ("C:\\a.tsv", Manner(mode, exact=True))


def test_a_file_is_named_with_its_bonus_or_without_a_mode():
    assert named("a.tsv") == ("a.tsv", Manner())
    assert named("a.tsv:exact") == ("a.tsv", Manner(exact=True))
    assert named("a.tsv:prefer=1.5") == ("a.tsv", Manner("prefer", 1.5))
    assert named("C:\\a.tsv") == ("C:\\a.tsv", Manner())


def test_a_file_whose_name_looks_like_a_mode_is_that_file(file):
    path = file("甲\tX\n", "a:fill")
    assert named(str(path)) == (str(path), Manner())


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("{}:forbit", "unknown dictionary mode 'forbit' .*did you mean 'forbid'"),
        ("{}:force=2", "only prefer has a bonus"),
        ("{}:prefer=x", "bonus: got 'x', expected a number"),
        ("", r"'': a dictionary without a name, expected FILE\[:MODE\]"),
        (":fill", "':fill': a dictionary without a name"),
    ],
)
def test_a_wrong_mode_is_named(file, option, message):
    with pytest.raises(ConfigError, match=message):
        named(option.format(file("甲\tX\n")))


def test_patterns_are_never_exact(file):
    with pytest.raises(ConfigError, match="only for mentions"):
        Dictionary.named([], [f"{file('X	a')}:exact"])


def test_nothing_named_is_no_dictionary(file):
    assert Dictionary.named([], []) is None
    both = Dictionary.named([f"{file('甲	X')}:fill"], ["builtin:forbid"])
    assert [(Path(part.path).name, part.manner.mode) for part in both.parts] == [
        ("own.tsv", "fill"),
        ("builtin", "forbid"),
    ]


def test_a_digest_tells_all_that_decides_apart_and_is_kept_with_a_run(tiny_run):
    pairs = [("苏州", "LOC")]
    others = [
        Dictionary(),
        Dictionary.of(pairs),
        Dictionary.of(pairs, "fill"),
        Dictionary.of(pairs, "prefer", bonus=1.0),
        Dictionary.of(pairs, exact=True),
        Dictionary.of([("苏州", "ORG")]),
        Dictionary.of(pairs) + Dictionary.of(pairs),
        Dictionary.read_patterns("builtin"),
    ]
    digests = {one.digest for one in others}
    assert len(digests) == len(others) and Dictionary.of(pairs).digest in digests
    request = Request("auto", "jsonl", ReadOptions())
    kept = [
        settings_of([tiny_run], Loading(dictionary=one), [], request)["option dictionary"]
        for one in (None, *others)
    ]
    assert kept[0] is None and len(set(kept)) == len(kept)


def test_pairs_are_taken_from_a_mapping_too_and_without_the_blanks_around():
    expected = Dictionary.of([("海润物流", "ORG"), ("泉州", "LOC")])
    assert Dictionary.of({"海润物流": "ORG", "泉州": "LOC"}) == expected
    assert Dictionary.of([(" 海润物流 ", "ORG "), ["泉州", "LOC"]]) == expected


@pytest.mark.parametrize(
    "given", ["海润", ("海润",), ("海润", "ORG", 5), (None, "ORG"), ("海润", 5), 7]
)
def test_what_is_no_pair_is_named_with_its_number(given):
    with pytest.raises(CorpusError, match="dictionary:2: expected a mention and its label, got"):
        Dictionary.of([("泉州", "LOC"), given])
