"""A file, or a folder of documents, out of an archive and to its place, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from ner.corpus.fetching.archives import Member, find, find_folders
from ner.corpus.fetching.digests import digest, expect
from ner.corpus.fetching.sources import Absent, File
from ner.errors import CorpusError
from ner.storage import whole_file

LIMIT = 1 << 28  # bytes of a file or folder whose size is not known


def take_file(file: File, members: Iterable[Member], *, source: Path, target: Path) -> str:
    """Writes ``file`` to ``target`` and gives its SHA-256.

    It is looked for by its path here, then by that at its source, then by its mere name.

    Raises:
        CorpusError: it is not in ``source``, or several files could be it, or it is not the
            expected one; then nothing is written.
    """
    names = (file.path, file.member, file.path.rpartition("/")[2])
    found = find(members, names)
    _check_number(file, [member.name for member in found], source)
    _check_size(file, found[0].size, source)
    computed = hashlib.sha256()
    with whole_file(target) as stream:
        for chunk in found[0].chunks():
            computed.update(chunk)
            stream.write(chunk)
        return expect(computed.hexdigest(), file.sha256, name=file.path, source=source)


def take_folder(file: File, members: Iterable[Member], *, source: Path, target: Path) -> str:
    """Writes all that is directly in the folder ``file`` to ``target``; else as `take_file`.

    Files that are there already and are not in the archive stay.
    """
    found = find_folders(members, (file.path, file.member))
    _check_number(file, [next(iter(folder.values())).name for folder in found], source)
    _check_size(file, sum(member.size for member in found[0].values()), source)
    staging = target.with_name(f".{target.name}.part")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        for name, member in found[0].items():
            with open(staging / name, "xb") as stream:
                stream.writelines(member.chunks())
        computed = expect(digest(staging), file.sha256, name=file.path, source=source)
        _place(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return computed


def _check_number(file: File, found: list[str], source: Path) -> None:
    sought = file.path if file.member in ("", file.path) else f"{file.path} or {file.member}"
    if not found:
        raise Absent(f"has no {sought}", path=source)
    if len(found) > 1:
        several = ", ".join(found[:3])
        raise CorpusError(
            f"has {len(found)} that could be {sought}, expected one: {several}", path=source
        )


def _check_size(file: File, size: int, source: Path) -> None:
    if file.size is not None and size != file.size:
        raise CorpusError(
            f"{file.path} has {size:,} bytes in it, expected {file.size:,}", path=source
        )
    if size > LIMIT:
        raise CorpusError(
            f"{file.path} has {size:,} bytes in it, expected at most {LIMIT:,}", path=source
        )


def _place(staging: Path, target: Path) -> None:
    """Moves a folder to its place at once; where one is already, file after file."""
    if not target.exists():
        os.replace(staging, target)
        return
    for path in staging.iterdir():
        os.replace(path, target / path.name)
