"""``ner predict --dictionary --patterns``: what is obeyed, and what is said."""

import json

import pytest

TEXT = "陈若溪从泉州寄来10封信，电话13912345678。\n"


@pytest.fixture
def predict(command, tiny_run):
    return lambda *arguments: command("predict", "-m", tiny_run, *arguments, stdin=TEXT.encode())


def given(found, label):
    (row,) = (json.loads(line) for line in found.out.splitlines())
    return [(e["text"], e.get("source")) for e in row["entities"] if e["label"] == label]


def test_files_of_several_modes_are_obeyed_together(predict, file):
    words = file("words.tsv", "寄来\tVERB\n陈若溪\tLOC\n")
    gaps = file("gaps.tsv", "10封信\tTHING\n陈若溪\tTHING\n")
    found = predict("--dictionary", words, "--dictionary", f"{gaps}:fill", "--patterns", "builtin")
    assert found.code == 0
    assert given(found, "VERB") == [("寄来", "dictionary")]
    assert ("陈若溪", "dictionary") in given(found, "LOC")
    assert given(found, "THING") == [("10封信", "dictionary")]
    assert given(found, "PHONE") == [("13912345678", "pattern")]
    assert "labels only of the dictionary: THING, VERB; the model has LOC, ORG, PER" in found.err
    assert "PHONE" not in found.err


def test_forbidden_and_preferred_mentions_are_named_by_mode(predict, file):
    found = predict("--dictionary", f"{file('a.tsv', '陈若溪	*')}:forbid")
    row = json.loads(found.out)
    assert all(one["text"] != "陈若溪" for one in row["entities"]) and found.err == ""
    found = predict("--dictionary", f"{file('b.tsv', '寄来	ORG')}:prefer=50")
    assert given(found, "ORG") == [("寄来", "dictionary")]


def test_columns_take_the_dictionarys_labels(predict, file):
    found = predict("--dictionary", file("a.tsv", "寄来\tVERB\n"), "--to", "columns")
    assert "寄\tB-VERB\n来\tI-VERB\n" in found.out


@pytest.mark.parametrize(
    ("option", "content", "mode", "message"),
    [
        ("--dictionary", "泉州 LOC\n", "", "own.tsv:1: got '泉州 LOC', expected MENTION<TAB>LABEL"),
        ("--dictionary", "泉州\tLOK\n", ":prefer", "own.tsv:1: label 'LOK': the mode prefer takes"),
        ("--dictionary", "泉州\tLOC\n", ":fil", "unknown dictionary mode 'fil'"),
        ("--patterns", "X\t[\n", "", "own.tsv:1: '[' is no regular expression"),
        ("--patterns", "X\ta?\n", ":force", "own.tsv:1: 'a?' matches the empty text"),
    ],
)
def test_what_is_wrong_is_named(predict, file, option, content, mode, message):
    path = file("own.tsv", content)
    assert message in predict(option, f"{path}{mode}").message


def test_a_missing_file_is_named(predict):
    assert "gone.tsv: No such file" in predict("--dictionary", "gone.tsv:force").message


def test_readings_hold_what_is_forced_and_a_least_score_keeps_it(predict, file):
    words = file("words.tsv", "寄来\tVERB\n")
    found = predict("--dictionary", words, "--n-best", "2", "--min-score", "1")
    assert found.code == 0
    row = json.loads(found.out)
    assert given(found, "VERB") == [("寄来", "dictionary")]
    assert len(row["alternatives"]) == 2
    for one in row["alternatives"]:
        assert "寄来" in [own["text"] for own in one["entities"]]
