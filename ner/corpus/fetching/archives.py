"""The plain files inside a zip, a tar or a folder, found by name; nothing is unpacked by itself.

What is taken out is written under a name of ours, so no archive says where it lands. Links, and
members whose names would lead out of the archive, are as if they were not there.
"""

from __future__ import annotations

import gzip
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from ner.errors import CorpusError

CHUNK = 1 << 16  # bytes
LIMIT = 1 << 32  # bytes of all members of a tar, which are unpacked just to be listed
UNREADABLE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError, gzip.BadGzipFile),
    *(EOFError, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, ValueError),
)


@dataclass(frozen=True)
class Member:
    """A plain file of an archive: its path inside, its size in bytes, and how to open it."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]

    def chunks(self) -> Iterator[bytes]:
        """Its content, no more of it than its size says."""
        left = self.size
        try:
            with self.open() as content:
                while left and (chunk := content.read(min(CHUNK, left))):
                    left -= len(chunk)
                    yield chunk
        except OSError as error:  # as of a zip that says its content begins before its beginning
            raise EOFError(f"{self.name}: {error}") from error
        if left:
            raise EOFError(f"{self.name} ends {left:,} bytes early")


@contextmanager
def opened(path: Path) -> Iterator[list[Member]]:
    """The members of the archive or folder at ``path``, readable as long as the block lasts.

    Raises:
        CorpusError: it is damaged, also where that shows later in the block.
    """
    try:
        with ExitStack() as stack:
            yield _members(path, stack)
    except UNREADABLE as error:
        raise CorpusError(f"not a zip, tar or folder to read from: {error}", path=path) from error


def find(members: Iterable[Member], names: Sequence[str]) -> list[Member]:
    """The members that the first of ``names`` fits which fits any: their path is it, or ends so."""
    for name in names:
        found = [member for member in members if _ends_in(member.name, name)]
        if found:
            return found
    return []


def find_folders(members: Iterable[Member], names: Sequence[str]) -> list[dict[str, Member]]:
    """The folders that the first of ``names`` fits which fits any: what is in each, by its name."""
    for name in names:
        folders: dict[str, dict[str, Member]] = {}
        for member in members:
            folder, _, own = member.name.rpartition("/")
            if _ends_in(folder, name) and not own.startswith("."):
                folders.setdefault(folder, {})[own] = member
        if folders:
            return list(folders.values())
    return []


def _ends_in(path: str, name: str) -> bool:
    return bool(name) and (path == name or path.endswith(f"/{name}"))


def _members(path: Path, stack: ExitStack) -> list[Member]:
    if path.is_dir():
        return list(_in_folder(path))
    if zipfile.is_zipfile(path):
        return list(_in_zip(stack.enter_context(zipfile.ZipFile(path)), path))
    return list(_in_tar(stack.enter_context(tarfile.open(path)), path))


def _in_folder(root: Path) -> Iterator[Member]:
    for folder, _, names in os.walk(root):
        for path in (Path(folder, name) for name in names):
            if stat.S_ISREG(path.lstat().st_mode):
                name = path.relative_to(root).as_posix()
                yield Member(name, path.stat().st_size, partial(_open_file, path))


def _open_file(path: Path) -> IO[bytes]:
    return open(path, "rb")


def _in_zip(archive: zipfile.ZipFile, path: Path) -> Iterator[Member]:
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)  # 0 where it was not made on Unix
        name = _inside(info.filename)
        if name and not info.is_dir() and kind in (0, stat.S_IFREG):
            yield Member(name, info.file_size, partial(_open_zipped, archive, info, path))


def _open_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> IO[bytes]:
    if info.flag_bits & 1:
        raise CorpusError(f"{info.filename} is encrypted, expected no password", path=path)
    return archive.open(info)


def _in_tar(archive: tarfile.TarFile, path: Path) -> Iterator[Member]:
    total = 0
    for info in archive:
        total += info.size
        if total > LIMIT:
            raise CorpusError(f"more than {LIMIT:,} bytes are packed in it", path=path)
        name = _inside(info.name)
        if name and info.isreg():
            yield Member(name, info.size, partial(_open_tarred, archive, info))


def _open_tarred(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(info)
    if content is None:
        raise EOFError(f"{info.name} has no content")
    return content


def _inside(name: str) -> str:
    """A member's path without needless dots; empty if it would lead out of the archive."""
    path = PurePosixPath(name)
    leaves = path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name
    return "" if leaves or name[1:2] == ":" else str(path)
