"""Vectors from texts: like names lie near each other, and the same again is the same."""

import errno
import os
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest

from ner.errors import CorpusError
from ner.features.vector_file import Stored, read_stored, write_vectors
from ner.formats import Findings, ReadOptions, raw
from ner.formats.raw import Inputs
from ner.vectors import make
from ner.vectors.make import make_vectors
from ner.vectors.neighbours import nearest
from ner.vectors.plan import Plan

pytest.importorskip("gensim")

LIKE = ("红橙黄绿", "猫狗马牛")  # the characters of a group stand in the same places
OTHERS = ("的色很鲜艳好看", "跑得快吃草叫了")


def planted(lines=3_000):
    """Sentences in which a colour is followed by what is said of colours, an animal likewise."""
    draw = random.Random(3)
    for _ in range(lines):
        group = draw.randrange(2)
        said = draw.sample(OTHERS[group], 4)
        yield said[0] + draw.choice(LIKE[group]) + "".join(said[1:])


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A temporary folder of the test's own, where nothing of ours is left at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.glob("ner-*")) == []


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(planted()), encoding="utf-8")
    return path


def made(*paths, options=None, ended=lambda table: None, **plan):
    inputs = Inputs(paths, options=options or ReadOptions(tagged=False))
    return make_vectors(inputs, Plan(**{"normalise": (), **plan}), Findings(), ended)


@pytest.mark.parametrize("skip_gram", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_characters_of_like_places_come_near_each_other(text, skip_gram, workers):
    plan = {"tables": ("characters",), "skip_gram": skip_gram, "workers": workers}
    (one,) = made(text, epochs=8, size=20, **plan)
    for group in LIKE:
        for name in group:
            near = [other for other, _ in nearest(one.stored, name, count=3)]
            assert set(near) == set(group) - {name}


def test_names_are_ordered_by_their_counts_and_their_share_is_told(text):
    made_now = made(text, min_count={"characters": 1, "bigrams": 30, "words": 1}, size=8)
    assert [one.stored.table for one in made_now] == ["characters", "bigrams", "words"]
    for one in made_now:
        counts = one.stored.counts
        assert list(counts) == sorted(counts, reverse=True)
        assert one.stored.rows.shape == (len(one.stored.names), 8)
        assert np.isfinite(one.stored.rows).all()
        assert one.covered == counts.sum() / one.tokens
    characters, bigrams, _ = made_now
    assert (characters.tokens, characters.covered) == (15_000, 1.0)
    assert bigrams.tokens == 12_000 and min(bigrams.stored.counts) >= 30


def test_the_same_seed_and_one_worker_make_the_same_vectors(text):
    rows = [made(text, seed=seed)[0].stored.rows for seed in (1, 1, 2)]
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


def test_every_epoch_of_every_table_is_told(text):
    told = []
    made(text, ended=told.append, epochs=2)
    assert told == ["characters"] * 2 + ["bigrams"] * 2 + ["words"] * 2


@pytest.mark.parametrize("spelling", ["plain", "CRLF", "blank lines", "blanks", "other script"])
def test_spellings_of_one_text_make_the_same_vectors(tmp_path, spelling):
    spell = {
        "plain": lambda text: text,
        "CRLF": lambda text: text.replace("\n", "\r\n"),
        "blank lines": lambda text: "\n\n \n" + text.replace("\n", "\n\n\r\n"),
        "blanks": lambda text: " " + text.replace("\n", "\u3000\n\t"),
        "other script": lambda text: text.replace("红", "紅").replace("x", "Ｘ"),
    }[spelling]
    lines = "\n".join(f"{line}x" for line in planted(400))
    for name, content in (("a.txt", lines), ("b.txt", spell(lines))):
        (tmp_path / name).write_bytes(content.encode())
    rules = ("width", "case", "script")
    one, other = (made(tmp_path / name, normalise=rules) for name in ("a.txt", "b.txt"))
    for own, others in zip(one, other, strict=True):
        assert own.stored.names == others.stored.names
        assert np.array_equal(own.stored.rows, others.stored.rows)


def test_without_rules_every_spelling_is_a_name_of_its_own(tmp_path):
    (tmp_path / "a.txt").write_text("國国Ａa" * 9, encoding="utf-8")
    (one,) = made(tmp_path / "a.txt", tables=("characters",))
    assert set(one.stored.names) == set("國国Ａa")
    (one,) = made(tmp_path / "a.txt", tables=("characters",), normalise=("width", "case", "script"))
    assert set(one.stored.names) == set("国a")


def test_folders_and_files_of_several_formats_are_one_text(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("甲" * 5, encoding="utf-8")
    (folder / "b.jsonl").write_text('{"text": "乙乙乙乙乙", "n": 1}\n', encoding="utf-8")
    (folder / "c.bio").write_text("丙\tO\n" * 5, encoding="utf-8")
    (one,) = made(folder, folder / "a.txt", tables=("characters",))
    assert dict(zip(one.stored.names, one.stored.counts, strict=True)) == {
        "甲": 10,
        "丙": 5,
        "乙": 5,
    }


@pytest.mark.parametrize("content", ["", "\n\n", " \u3000\r\n"])
def test_a_text_of_nothing_is_an_error(tmp_path, content):
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.txt: there is no text in it"):
        made(tmp_path / "a.txt")


def test_a_table_of_nothing_is_an_error_that_says_what_helps(tmp_path):
    (tmp_path / "a.txt").write_text("甲乙" * 6, encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        made(tmp_path / "a.txt")
    assert raised.value.message == (
        "none of 11 bigrams occurs 10 times or more;"
        " --min-count bigrams=1 takes all, --no-bigrams makes none"
    )


def test_a_lone_surrogate_is_an_error_with_its_place(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "甲"}\n{"text": "\\ud800"}\n', encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        made(path)
    assert str(raised.value).startswith(f"{path}:2: the lone surrogate U+D800")


@pytest.mark.parametrize("stage", ["reading", "training"])
def test_an_interrupt_leaves_nothing_behind(text, monkeypatch, temporary, stage):
    def interrupt(*arguments, **named):
        assert list(temporary.glob("ner-*")) != []
        raise KeyboardInterrupt

    module, name = (raw, "refuse_surrogates") if stage == "reading" else (make, "train")
    monkeypatch.setattr(module, name, interrupt)
    with pytest.raises(KeyboardInterrupt):
        made(text)


def test_a_full_disk_says_which_folder_is_full(text, monkeypatch, temporary):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(make, "cut_texts", full)
    with pytest.raises(OSError) as raised:
        made(text)
    assert raised.value.filename == str(temporary)
    assert raised.value.strerror == "No space left on device; TMPDIR names another folder"


def test_gensim_says_nothing(text, capfd):
    made(text)
    assert capfd.readouterr() == ("", "")


def test_what_was_made_is_written_and_read(text, tmp_path):
    tables = [one.stored for one in made(text)]
    write_vectors(tmp_path / "v.safetensors", tables, {})
    read = list(read_stored(Path(tmp_path / "v.safetensors")))
    assert [(one.table, one.names) for one in read] == [(one.table, one.names) for one in tables]


def test_the_nearest_names_are_those_of_the_largest_cosine():
    rows = np.array([[1, 0], [2, 1], [0, 3], [-1, 0], [0, 0]], dtype=np.float16)
    stored = Stored("characters", list("甲乙丙丁戊"), rows)
    found = nearest(stored, "甲", count=3)
    assert [name for name, _ in found] == ["乙", "丙", "戊"]
    assert np.allclose([cosine for _, cosine in found], [2 / 5**0.5, 0, 0])
