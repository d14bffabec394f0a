"""Folders of splits: which stand for their files, and which are one split themselves."""

from pathlib import Path

import pytest

from ner.corpus.parts import parts_of


@pytest.fixture
def folder(tmp_path):
    """Makes a folder of these files, and gives its path."""

    def made(*names):
        for name in names:
            path = tmp_path / "corpus" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("阿\tO\n", encoding="utf-8")
        (tmp_path / "corpus").mkdir(exist_ok=True)
        return tmp_path / "corpus"

    return made


def names(path):
    return [part.relative_to(path).as_posix() for part in parts_of(path)]


@pytest.mark.parametrize(
    "files, expected",
    [
        (["test.bio", "train.bio", "dev.bio"], ["train.bio", "dev.bio", "test.bio"]),
        (["weibo.dev", "weibo.train"], ["weibo.train", "weibo.dev"]),
        (["train.char.bmes", "valid.char.bmes"], ["train.char.bmes", "valid.char.bmes"]),
        (["train/1.txt", "train/1.ann", "dev/2.txt", "dev/2.ann"], ["train", "dev"]),
        (["train/a/b.bio", "test.bio"], ["train", "test.bio"]),
        (["train.bio", ".DS_Store", ".git/HEAD"], ["train.bio"]),
        (["train.chars", "train.tags", "dev.chars", "dev.tags"], ["train.chars", "dev.chars"]),
    ],
)
def test_a_folder_whose_files_are_all_named_as_splits_stands_for_them(folder, files, expected):
    path = folder(*files)
    for tags in path.glob("*.tags"):
        tags.write_text("O\n", encoding="utf-8")
    assert names(path) == expected


@pytest.mark.parametrize(
    "files",
    [
        ["train.bio", "dev.bio", "README/a.bio"],
        ["a.bio", "b.bio"],
        ["train.bio", "more.bio"],
        ["train.bio", "training.bio", "dev.bio"],  # two of one name
        ["trains.bio"],
        [],
        [".train.bio"],
    ],
)
def test_any_other_folder_is_one_split(folder, files):
    path = folder(*files)
    assert parts_of(path) == [path]


def test_a_file_is_itself_and_so_is_what_is_not_there(folder, tmp_path):
    file = folder("train.bio") / "train.bio"
    assert parts_of(file) == [file]
    assert parts_of(tmp_path / "gone") == [tmp_path / "gone"]


def test_the_folder_one_stands_in_has_splits_too(folder, monkeypatch):
    monkeypatch.chdir(folder("train.bio", "dev.bio"))
    assert sorted(map(str, parts_of(Path(".")))) == ["dev.bio", "train.bio"]


@pytest.mark.parametrize("other", ["README", "LICENSE.txt"])
def test_a_text_beside_the_splits_is_none_of_the_corpus(folder, other):
    path = folder("train.bio", "dev.bio", other)
    assert names(path) == ["."]
    (path / other).write_text("泉州的茶。\n", encoding="utf-8")
    assert names(path) == ["train.bio", "dev.bio"]
