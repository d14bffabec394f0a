"""``ner split``: files in, the parts' files out, all of them or none, and a table of shares."""

import json
from collections import Counter

import pytest
from trained import SAMPLE

from ner.corpus.division import Plan, divide
from ner.corpus.repeats import REPEATED
from ner.corpus.splits import read_files
from ner.formats import Findings, ReadOptions

PARTS = ("train", "dev", "test")
INPUTS = [SAMPLE / f"{name}.bio" for name in PARTS]


def whole(*paths):
    return read_files("all", paths, options=ReadOptions())


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def corpus(tmp_path):
    """Twenty sentences of one character, each second one a person."""
    lines = (f"{chr(0x4E00 + n)}\t{'O' if n % 2 else 'B-PER'}\n\n" for n in range(20))
    path = tmp_path / "all.bio"
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def split(command, corpus, tmp_path):
    """``ner split`` of the twenty sentences into the folder ``out``."""
    return lambda *options: command("split", corpus, "-o", tmp_path / "out", *options)


@pytest.mark.parametrize("to, suffix", [("columns", "bio"), ("jsonl", "jsonl")])
def test_the_files_hold_what_the_library_divides(command, tmp_path, to, suffix):
    found = command("split", *INPUTS, "-o", tmp_path / "out", "--to", to, "--seed", 3)
    assert found.code == 0
    expected = divide(whole(*INPUTS), Plan(seed=3), Findings())
    for part in expected:
        written = whole(tmp_path / "out" / f"{part.name}.{suffix}")
        assert [(one.text, one.entities) for one in written.documents] == [
            (one.text, one.entities) for one in part.documents
        ]


def test_the_table_has_the_numbers_and_shares_of_the_parts(split):
    found = split("--ratio", "3:1:1")
    assert [line.split() for line in found.out.splitlines()] == [
        ["train", "%", "dev", "%", "test", "%"],
        ["documents", "12", "60.0", "4", "20.0", "4", "20.0"],
        ["sentences", "12", "60.0", "4", "20.0", "4", "20.0"],
        ["entities", "6", "60.0", "2", "20.0", "2", "20.0"],
        ["PER", "6", "60.0", "2", "20.0", "2", "20.0"],
    ]


def test_two_numbers_make_train_and_dev(split, tmp_path):
    assert split("--ratio", "4:1").code == 0
    assert sorted(contents(tmp_path / "out")) == ["dev.bio", "train.bio"]


def test_labels_named_like_other_rows_keep_their_own(command, tmp_path):
    rows = [{"text": text, "label": [[0, 1, "entities"]]} for text in "甲乙丙丁"]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = command("split", path, "-o", tmp_path / "out", "--ratio", "1:1")
    assert [line.split()[:2] for line in found.out.splitlines()[3:]] == [["entities", "2"]] * 2


def test_what_was_read_and_repeated_is_said_on_stderr(command, corpus, tmp_path):
    corpus.write_text(corpus.read_text(encoding="utf-8") + "茶 O\n\n茶 O\n", encoding="utf-8")
    found = command("split", corpus, "-o", tmp_path / "out")
    assert f"{corpus}: 22 sentences in scheme BIO" in found.err.splitlines()
    assert f"{corpus}: 1 {REPEATED}" in found.err.splitlines()


def test_entities_that_columns_cannot_hold_are_counted(command, tmp_path):
    rows = [{"text": text + "州", "label": [[0, 1, "A"], [0, 2, "B"]]} for text in "甲乙丙丁"]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = command("split", path, "-o", tmp_path / "out", "--ratio", "1:1")
    assert f"{tmp_path / 'out'}: 4 entities that one layer of tags cannot hold" in found.err


def test_files_that_are_there_stay_unless_forced(split, tmp_path):
    old = tmp_path / "out" / "dev.bio"
    old.parent.mkdir()
    old.write_text("old", encoding="utf-8")
    assert split().message == f"ner: {old}: is there already; --force overwrites it"
    assert contents(tmp_path / "out") == {"dev.bio": b"old"}
    assert split("--force").code == 0
    assert len(contents(tmp_path / "out")) == 3


def test_where_one_part_cannot_be_written_none_appears(command, tmp_path):
    rows = [{"text": text} for text in ("甲", "乙", "丙", "\ud800")]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    options = ("-o", tmp_path / "out", "--ratio", "1:1:1")
    assert f"{path}:4: the lone surrogate U+D800" in command("split", path, *options).message
    assert contents(tmp_path / "out") == {}
    assert command("split", path, *options, "--to", "jsonl").code == 0


def test_a_folder_in_a_file_s_place_is_refused(split, tmp_path):
    (tmp_path / "out" / "test.bio").mkdir(parents=True)
    assert split("--force").message == f"ner: {tmp_path / 'out' / 'test.bio'}: is a folder"


@pytest.mark.parametrize("given", [".", "train.bio"])
def test_parts_do_not_stand_among_the_inputs(command, corpus, tmp_path, given):
    corpus.rename(tmp_path / "train.bio")
    found = command("split", tmp_path / given, "-o", tmp_path, "--force")
    stands = f"{tmp_path / 'train.bio'} would stand in the input {tmp_path / given}"
    assert found.message == f"ner: {stands}: choose another folder"
    assert list(contents(tmp_path)) == ["train.bio"]


@pytest.mark.parametrize("ratio", ["8", "8:0:2", "a:b", "1:1:1:1"])
def test_a_bad_ratio_is_a_mistake_of_usage(split, ratio):
    found = split("--ratio", ratio)
    assert (found.code, found.out) == (2, "")
    assert "--ratio" in found.err
    assert "two or three numbers over 0" in " ".join(found.err.split())


def test_a_negative_seed_is_a_mistake_of_usage(split):
    assert split("--seed", "-1").code == 2


def test_an_empty_corpus_is_refused(command, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("\n\n", encoding="utf-8")
    found = command("split", path, "-o", tmp_path / "out")
    assert found.message == f"ner: {path}: an empty corpus: there is no sentence in it"
    assert not (tmp_path / "out").exists()


def test_too_few_sentences_are_refused(command, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("茶\tO\n\n水\tO\n", encoding="utf-8")
    found = command("split", path, "-o", tmp_path / "out")
    expected = "2 documents are too few for 3 parts of this ratio: dev would be empty"
    assert found.message == f"ner: {path}: {expected}"


def test_a_missing_input_is_named(command, tmp_path):
    found = command("split", tmp_path / "none.bio", "-o", tmp_path / "out")
    assert found.message == f"ner: {tmp_path / 'none.bio'}: No such file or directory"


@pytest.mark.parametrize(
    "option, value, expected",
    [
        ("--to", "column", "unknown output format 'column'"),
        ("--to", "text", "unknown output format 'text'"),
        ("--from", "colums", "unknown format 'colums'"),
        ("--to", "brat", "unknown output format 'brat'"),
        ("--by", "sentences", "unknown unit of division 'sentences'"),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(split, option, value, expected):
    assert expected in split(option, value).usage


def test_an_unknown_unit_is_named_before_anything_is_read(command, tmp_path):
    found = command("split", "gone.bio", "-o", tmp_path / "out", "--by", "word")
    assert "unknown unit of division 'word' (known: document, sentence)" in found.usage


def test_repeated_texts_may_be_kept_apart(command, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("茶\tO\n\n" * 4, encoding="utf-8")
    options = ("-o", tmp_path / "out", "--ratio", "1:1")
    assert "--keep-leaks parts more" in command("split", path, *options).message
    found = command("split", path, *options, "--keep-leaks")
    assert found.code == 0
    assert f"{path}: 2 sentences whose text stands in an earlier part too" in found.err


def test_documents_are_kept_whole_unless_sentences_are_wanted(command, tmp_path):
    text = "甲。乙。丙。丁。"
    row = {"text": text, "sentences": [[n, n + 2] for n in range(0, 8, 2)]}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    options = ("-o", tmp_path / "out", "--ratio", "1:1", "--to", "jsonl")
    assert "too few" in command("split", path, *options).message
    assert command("split", path, *options, "--by", "sentence").code == 0
    parts = whole(*(tmp_path / "out" / f"{name}.jsonl" for name in ("train", "dev")))
    assert Counter(one.text for one in parts.documents) == Counter(["甲。", "乙。", "丙。", "丁。"])


def test_a_file_is_no_folder_for_the_parts(command, corpus, tmp_path):
    place = tmp_path / "a.txt"
    place.touch()
    assert command("split", corpus, "-o", place).message == f"ner: {place}: is no folder"
