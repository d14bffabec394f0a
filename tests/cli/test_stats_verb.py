"""``ner stats``: the figures of a corpus as a table, as JSON and as a page."""

import json

import pytest
from trained import SAMPLE

from ner.corpus.comparison import read_corpus
from ner.corpus.page import page

FILES = [SAMPLE / f"{name}.bio" for name in ("dev", "test", "train")]


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(FILES)


@pytest.fixture
def rows(command):
    """The words of the lines that the table of some files has."""
    return lambda *files: [line.split() for line in command("stats", *files).out.splitlines()]


def test_json_is_what_the_library_says(command, corpus):
    found = command("stats", *FILES, "--json")
    assert (found.code, found.err) == (0, "")
    assert json.loads(found.out) == corpus.to_dict()


def test_the_table_has_the_same_figures(rows, corpus):
    found = rows(*FILES)
    assert found[0] == ["train", "dev", "test"]
    assert ["Sentences", *(f"{one.sentences.number:,}" for one in corpus.splits)] in found
    assert ["Entities", *(f"{one.entities.number:,}" for one in corpus.splits)] in found
    label = corpus.labels[0]
    expected = [label]
    for one in corpus.splits:
        number = one.labels[label]
        share = f"{100 * number / one.entities.number:.1f}"
        expected += [f"{number:,}", share, f"{len(one.mentions[label]):,}"]
    assert expected in found


def test_the_table_says_what_train_has(rows, tmp_path):
    contents = {
        "train": "甲\tB-PER\n\n乙\tB-PER\n",
        "test": "甲\tB-PER\n\n乙\tB-LOC\n\n丙\tB-LOC\n",
    }
    for name, content in contents.items():
        (tmp_path / f"{name}.bio").write_text(content, encoding="utf-8")
    found = rows(tmp_path / "train.bio", tmp_path / "test.bio")
    assert ["LOC", "2", "0.0", "50.0", "2", "0.0"] in found
    assert ["all", "3", "33.3", "33.3", "3", "33.3"] in found
    assert ["乙", "LOC", "1", "PER", "1"] in found
    assert ["PER", "甲", "2", "乙", "1"] in found


def test_the_tag_scheme_and_repairs_are_told(rows, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("丽\tB-LOC\n水\tI-PER\n", encoding="utf-8")
    found = rows(path)
    assert ["Read:", "illegal", "tag", "transitions", "1"] in found
    assert ["Read:", "sentences", "in", "scheme", "BIO", "1"] in found


def test_a_corpus_without_entities_has_figures(rows, tmp_path):
    path = tmp_path / "a.bio"
    path.write_text("茶\tO\n", encoding="utf-8")
    found = rows(path)
    assert ["Entities", "0"] in found
    assert ["Label"] not in [line[:1] for line in found]


def test_the_splits_of_a_folder_are_told_apart(rows, tmp_path):
    for name in ("dev", "train"):
        (tmp_path / f"{name}.bio").write_text("茶\tO\n", encoding="utf-8")
    assert rows(tmp_path)[0] == ["train", "dev"]


def test_a_page_goes_into_a_file_and_nothing_to_stdout(command, corpus, tmp_path):
    out = tmp_path / "new" / "page.html"
    found = command("stats", *FILES, "-o", out)
    assert (found.code, found.out, found.err) == (0, "", "")
    assert out.read_text(encoding="utf-8") == page(corpus)


def test_a_page_may_go_to_stdout(command, corpus):
    assert command("stats", *FILES, "-o", "-").out == page(corpus)


def test_a_page_and_json_may_be_made_at_once(command, corpus, tmp_path):
    found = command("stats", *FILES, "-o", tmp_path / "page.html", "--json")
    assert json.loads(found.out) == corpus.to_dict()
    assert (tmp_path / "page.html").exists()
    assert command("stats", *FILES, "-o", "-", "--json").code == 2


def test_a_page_that_is_there_stays_unless_forced(command, tmp_path):
    out = tmp_path / "page.html"
    out.write_text("old", encoding="utf-8")
    found = command("stats", *FILES, "-o", out)
    assert found.message == f"ner: {out}: is there already; --force overwrites it"
    assert out.read_text(encoding="utf-8") == "old"
    assert command("stats", *FILES, "-o", out, "--force").code == 0
    assert out.read_text(encoding="utf-8") != "old"


def test_what_a_corpus_says_cannot_spoil_the_table(command, tmp_path):
    row = {"text": "甲\u001b[31m\ud800乙", "label": [[0, 7, "A\nB"], [0, 1, "\ud800"]]}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    found = command("stats", path)
    assert (found.code, found.err) == (0, "")
    assert "\x1b" not in found.out
    assert r"A\nB" in found.out


@pytest.mark.parametrize(
    "content, expected",
    [
        ("\n\n", ": an empty corpus: there is no sentence in it"),
        ("茶\tX-Y\n水\tB-\n", ":1: "),
    ],
)
def test_a_file_that_cannot_be_counted_is_named(command, tmp_path, content, expected):
    path = tmp_path / "a.bio"
    path.write_text(content, encoding="utf-8")
    assert command("stats", path, "--from", "columns").message.startswith(f"ner: {path}{expected}")


def test_a_missing_file_is_named(command, tmp_path):
    found = command("stats", tmp_path / "none.bio")
    assert found.message == f"ner: {tmp_path / 'none.bio'}: No such file or directory"


def test_without_a_corpus_usage_is_said(command):
    assert command("stats").code == 2


@pytest.mark.parametrize(
    ("option", "characters"),
    [((), 60), (("--position-digits",), 60), (("--no-position-digits",), 120)],
)
def test_digits_are_places_or_characters_as_it_is_told(command, tmp_path, option, characters):
    path = tmp_path / "a.bio"
    lines = (f"{chr(0x4E00 + n)}0\tO\n{chr(0x5E00 + n)}1\tO\n\n" for n in range(30))
    path.write_text("".join(lines), encoding="utf-8")
    (found,) = json.loads(command("stats", path, "--json", *option).out)["splits"]
    assert found["characters"] == characters
    folder = tmp_path / "parts"
    assert command("split", path, "-o", folder, "--to", "jsonl", "--seed", 1, *option).code == 0
    texts = (json.loads(line)["text"] for one in folder.iterdir() for line in one.open())
    assert sum(map(len, texts)) == characters
