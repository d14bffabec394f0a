"""The patterns that need no file: what they find, and what looks like it."""

import pytest

from ner.tagging.dictionary import Dictionary
from ner.tagging.dictionary.finding import Finder
from ner.tagging.dictionary.ready import CREDIT_SIGNS, READY, is_credit_code, is_resident_id

RULES = Dictionary.read_patterns("builtin")
FIND = Finder(RULES, str)
LABELS = [rule.label for _, rule in RULES.rules()]


def found(text):
    matches = FIND([text])
    rows = zip(matches.starts.tolist(), matches.ends.tolist(), matches.rules.tolist(), strict=True)
    return [(LABELS[rule], text[start:end]) for start, end, rule in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("写信到chen.ruoxi+a@mail.example.cn。", [("EMAIL", "chen.ruoxi+a@mail.example.cn")]),
        ("a@b.c", []),
        ("@用户 a@b", []),
        ("见https://example.cn/a_b?x=1&y=2，或www.example.com。", [
            ("URL", "https://example.cn/a_b?x=1&y=2"), ("URL", "www.example.com")]),
        ("(http://example.cn/).", [("URL", "http://example.cn/")]),
        ("http://", []),
        ("电话13912345678或+86 139-1234-5678", [
            ("PHONE", "13912345678"), ("PHONE", "+86 139-1234-5678")]),
        ("１３９１２３４５６７８", [("PHONE", "１３９１２３４５６７８")]),
        ("0512-65123456、(010)62345678、400-123-4567", [
            ("PHONE", "0512-65123456"), ("PHONE", "(010)62345678"), ("PHONE", "400-123-4567")]),
        ("单号139123456789", []),
        ("12345678901", []),
        ("编号A13912345678", []),
        ("证号11010519491231002X。", [("ID", "11010519491231002X")]),
        ("证号110105194912310021。", []),
        ("证号110105194913310005。", []),
        ("911010519491231002X", []),
        ("代码91350100M000100Y43", [("CREDIT_CODE", "91350100M000100Y43")]),
        ("代码91350100M000100Y44", []),
    ],
)  # fmt: skip
def test_what_is_found(text, expected):
    assert found(text) == expected


def test_one_wrong_digit_is_always_noticed():
    number = "11010519491231002X"
    others = {number[:at] + digit + number[at + 1 :] for at in range(17) for digit in "0123456789"}
    assert [one for one in others if is_resident_id(one)] == [number]
    code = "91350100M000100Y43"
    wrong = {code[:at] + sign + code[at + 1 :] for at in range(18) for sign in CREDIT_SIGNS}
    assert [one for one in wrong if is_credit_code(one)] == [code]


@pytest.mark.parametrize("sign", ["a", "1", "１", ".", "@", "-", "a.", "1-", "a@", "www.a", "/"])
def test_no_text_makes_them_slow(sign):
    FIND([sign * 5000])  # a pattern that takes seconds is an error


def test_each_is_named_in_a_file(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("".join(f"OWN\tbuiltin:{name}\n" for name in READY), encoding="utf-8")
    own = Dictionary.read_patterns(path)
    assert [rule.regex for _, rule in own.rules()] == [one.regex for one in READY.values()]
    assert [rule.check for _, rule in own.rules()] == [one.check for one in READY.values()]
