"""Files whole or not at all, and JSON that any UTF-8 stream can hold."""

import json
import os
import stat
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner.storage import (
    dumps,
    give_name,
    is_kept,
    part_of,
    whole_file,
    whole_folder,
    write_bytes,
    write_text,
)


class Stop(BaseException):
    """As Ctrl-C is: no Exception."""


def test_the_content_stands_there_once_the_block_has_ended(tmp_path):
    path = tmp_path / "new" / "folder" / "泉州.json"
    with whole_file(path) as stream:
        stream.write(b"abc")
        assert not path.exists()
    assert path.read_bytes() == b"abc"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt, Stop])
def test_a_block_that_fails_leaves_nothing_behind(tmp_path, error):
    with pytest.raises(error), whole_file(tmp_path / "a.txt") as stream:
        stream.write(b"half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_fails_leaves_an_existing_file_untouched(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "旧")
    before = path.stat()
    with pytest.raises(Stop), whole_file(path) as stream:
        stream.write(b"half")
        raise Stop
    assert path.read_text(encoding="utf-8") == "旧"
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_failing_block_says_is_not_changed(tmp_path):
    with pytest.raises(OSError, match="the pipe is gone"), whole_file(tmp_path / "a.txt"):
        raise OSError("the pipe is gone")


def test_an_existing_file_is_replaced(tmp_path):
    write_text(tmp_path / "a.txt", "旧的很长")
    write_bytes(tmp_path / "a.txt", b"\xff\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xff\n"


def test_text_is_written_in_utf8_with_its_own_line_ends(tmp_path):
    write_text(tmp_path / "a.txt", "泉\r\n州\n")
    assert (tmp_path / "a.txt").read_bytes() == "泉\r\n州\n".encode()


@pytest.mark.parametrize("mask, expected", [(0o022, 0o644), (0o077, 0o600)])
def test_permissions_are_those_of_any_new_file(tmp_path, mask, expected):
    before = os.umask(mask)
    try:
        write_text(tmp_path / "a.txt", "")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == expected


def test_a_place_that_cannot_be_is_named_as_it_was_given(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError) as raised:
        write_text(tmp_path / "file" / "a.txt", "")
    assert raised.value.filename == str(tmp_path / "file" / "a.txt")


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path):
    path = tmp_path / ("泉" * 84)  # 252 bytes of 255
    write_text(path, "州")
    assert path.read_text(encoding="utf-8") == "州"


@pytest.mark.parametrize(
    "value, expected",
    [
        ("泉\u2028州\U0001f469\x7f\ufeff", '"泉\u2028州\U0001f469\x7f\ufeff"'),
        ("\ud800泉\udfff", '"\\ud800泉\\udfff"'),
        ({"\udc80": [1, None]}, '{"\\udc80": [1, null]}'),
        ("\\ud800", '"\\\\ud800"'),
    ],
)
def test_only_lone_surrogates_and_what_json_asks_for_are_escaped(value, expected):
    assert dumps(value) == expected
    assert json.loads(expected) == value


@given(st.text(st.characters(exclude_categories=[]) | st.sampled_from('\ud800\udfff\\"')))
def test_any_text_is_held_by_utf8_and_means_the_same_as_pythons_own_json(text):
    assert json.loads(dumps(text, indent=2).encode()) == json.loads(json.dumps(text))


def test_a_folder_stands_there_once_the_block_has_ended(tmp_path):
    path = tmp_path / "new" / "folder"
    with whole_folder(path) as folder:
        (folder / "a").mkdir()
        write_text(folder / "a" / "泉州.txt", "a")
        (folder / "a" / "泉州.txt").chmod(0o600)
        assert not path.exists()
    assert [one.name for one in path.parent.iterdir()] == ["folder"]
    assert (path / "a" / "泉州.txt").read_text() == "a"
    write_text(tmp_path / "usual.txt", "")
    modes = [
        stat.S_IMODE(one.stat().st_mode)
        for one in (path / "a" / "泉州.txt", tmp_path / "usual.txt")
    ]
    assert modes[0] == modes[1]


def test_a_folder_that_is_there_is_replaced_as_a_whole_or_stays(tmp_path):
    path, link = tmp_path / "folder", tmp_path / "link"
    path.mkdir()
    write_text(path / "old.txt", "old")
    link.symlink_to(path)
    with pytest.raises(Stop), whole_folder(path) as folder:
        write_text(folder / "new.txt", "new")
        raise Stop
    assert [one.name for one in path.iterdir()] == ["old.txt"]
    with whole_folder(link) as folder:
        write_text(folder / "new.txt", "new")
    assert link.is_symlink() and [one.name for one in path.iterdir()] == ["new.txt"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "link"]


def test_an_old_folder_comes_back_where_the_new_one_cannot_stand(tmp_path, monkeypatch):
    path = tmp_path / "folder"
    path.mkdir()
    write_text(path / "old.txt", "old")
    replace = os.replace

    def fails(source, target):
        if os.path.basename(source) == "made":
            raise Stop
        replace(source, target)

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(Stop), whole_folder(path):
        pass
    assert [one.name for one in tmp_path.rglob("*")] == ["folder", "old.txt"]


def test_a_link_stays_one_to_what_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    link, target = tmp_path / "link", tmp_path / "far" / "target"
    link.symlink_to(target)
    for content in (b"new", b"newer"):  # of a link to nothing, too
        write_bytes(link, content)
        assert link.is_symlink() and target.read_bytes() == content
    assert [one.name for one in target.parent.iterdir()] == ["target"]
    part = part_of(link)
    part.write_bytes(b"all")
    give_name(part)
    assert link.is_symlink() and target.read_bytes() == b"all"


def test_a_pipe_is_written_into_and_stays_one(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert not is_kept(pipe)
    write_bytes(pipe, b"content")
    reader.join(timeout=10)
    assert read == [b"content"] and stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]
