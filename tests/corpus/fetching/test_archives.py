"""Zips, tars and folders: what is found in them, and what is as if it were not there."""

import io
import os
import stat
import tarfile
import zipfile

import pytest

from ner.corpus.fetching import archives
from ner.corpus.fetching.archives import find, find_folders, opened
from ner.errors import CorpusError

FILES = {"set-master/data/train.bio": b"train", "set-master/data/dev.bio": b"dev", "a.txt": b""}


def zipped(path, files, **how):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def tarred(path, files, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def laid_out(path, files):
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)


MAKERS = {"zip": zipped, "tar.gz": tarred, "folder": laid_out}


@pytest.fixture(params=MAKERS)
def archive(request, tmp_path):
    path = tmp_path / f"own.{request.param}"
    MAKERS[request.param](path, FILES)
    return path


def contents(path):
    with opened(path) as members:
        return {member.name: b"".join(member.chunks()) for member in members}


def refused(path):
    with pytest.raises(CorpusError) as error:
        contents(path)
    return str(error.value)


def test_all_kinds_have_the_same_members(archive):
    assert contents(archive) == FILES


def test_what_has_no_known_kind_is_said(tmp_path):
    path = tmp_path / "own.zip"
    path.write_bytes(b"<html>no zip</html>")
    assert refused(path).startswith(f"{path}: not a zip, tar or folder to read from: ")


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_no_damage_comes_out_as_anything_but_a_message(tmp_path, kind):
    path = tmp_path / f"own.{kind}"
    MAKERS[kind](path, {"a": os.urandom(300), "b": b"b" * 300})
    whole = path.read_bytes()
    for place in range(0, len(whole), 3):
        for damaged in (whole[:place], whole[:place] + b"\xff\x00\xff" + whole[place + 3 :]):
            path.write_bytes(damaged)
            try:
                contents(path)
            except CorpusError as error:
                assert str(error).startswith(f"{path}: ")


def test_an_encrypted_member_is_said_if_it_is_wanted(tmp_path):
    path = tmp_path / "own.zip"
    zipped(path, FILES)
    raw = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + flags] |= 1
    path.write_bytes(raw)
    name = next(iter(FILES))
    assert refused(path) == f"{path}: {name} is encrypted, expected no password"


OUTSIDE = ["../a.bio", "x/../../a.bio", "/a.bio", "C:/a.bio", "x\\..\\a.bio"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_name_that_leads_out_is_as_if_it_were_not_there(tmp_path, kind, name):
    path = tmp_path / f"own.{kind}"
    MAKERS[kind](path, {name: b"evil", "b": b"good"})
    assert contents(path) == {"b": b"good"}


def test_a_link_in_a_zip_is_as_if_it_were_not_there(tmp_path):
    path = tmp_path / "own.zip"
    info = zipfile.ZipInfo("a.bio")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(info, "/etc/hosts")
    assert contents(path) == {}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_link_or_pipe_in_a_tar_is_as_if_it_were_not_there(tmp_path, kind):
    path = tmp_path / "own.tar"
    info = tarfile.TarInfo("a.bio")
    info.type, info.linkname = kind, "/etc/hosts"
    with tarfile.open(path, "w") as made:
        made.addfile(info)
    assert contents(path) == {}


def test_a_link_in_a_folder_is_as_if_it_were_not_there(tmp_path):
    laid_out(tmp_path / "own", {"b": b"good"})
    (tmp_path / "own" / "a.bio").symlink_to("/etc/hosts")
    assert contents(tmp_path / "own") == {"b": b"good"}


def test_a_tar_that_unpacks_to_more_than_the_limit_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LIMIT", 10_000)
    path = tmp_path / "own.tar.gz"
    tarred(path, {"a": bytes(6_000), "b": bytes(6_000)})
    assert refused(path) == f"{path}: more than 10,000 bytes are packed in it"


def names(path, *sought):
    with opened(path) as members:
        return sorted(member.name for member in find(members, sought))


def test_a_member_is_found_by_the_end_of_its_path(archive):
    train = "set-master/data/train.bio"
    assert names(archive, "data/train.bio") == names(archive, train) == [train]
    assert names(archive, "ain.bio") == names(archive, "") == []


def test_the_first_name_that_any_member_has_decides(archive):
    assert names(archive, "own/a.txt", "a.txt", "data/train.bio") == ["a.txt"]


def test_all_members_with_the_name_are_given(tmp_path):
    zipped(tmp_path / "own.zip", {"x/train": b"1", "y/train": b"2"})
    assert names(tmp_path / "own.zip", "train") == ["x/train", "y/train"]


def test_a_folder_is_what_is_directly_in_it_and_not_hidden(tmp_path):
    path = tmp_path / "own.zip"
    zipped(path, {"r/T/1.txt": b"", "r/T/1.ann": b"", "r/T/.x": b"", "r/T/d/2": b"", "T.txt": b""})
    with opened(path) as members:
        (found,) = find_folders(members, ["own/T", "T"])
        assert sorted(found) == ["1.ann", "1.txt"]
        assert find_folders(members, ["nowhere", ""]) == []
