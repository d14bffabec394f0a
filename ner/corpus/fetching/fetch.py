"""Bringing a public corpus to its place: checked before it appears there, nothing replaced unasked.

From its public address, from a mirror with the same paths, or out of an archive that is here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from ner.corpus.fetching.archives import Member, opened
from ner.corpus.fetching.connection import Connection
from ner.corpus.fetching.digests import digest, expect
from ner.corpus.fetching.download import Advance, Partial, download
from ner.corpus.fetching.extraction import take_file, take_folder
from ner.corpus.fetching.sources import Absent, Corpus, File
from ner.errors import CorpusError

FETCHED, THERE, BY_HAND = "fetched", "already there", "to be had by hand alone"
LACKING, FAILED = "not there to be fetched", "not fetched"
WITH_HTTP = frozenset({"http", "https"})


@dataclass(frozen=True)
class Options:
    """Where from, and what may be replaced.

    Args:
        mirror: an address before the files' paths, or one with ``{path}`` in it.
        archive: a zip, a tar or a folder that has the files.
        force: replace files that differ from the table's, or that it cannot check.
    """

    mirror: str | None = None
    archive: Path | None = None
    force: bool = False
    connection: Connection = Connection()


@dataclass(frozen=True)
class Outcome:
    """What became of a file: its state, the digest of what is there, and what went wrong."""

    file: File
    path: Path
    state: str
    sha256: str = ""
    problem: str = ""

    @property
    def unchecked(self) -> bool:
        """Whether it is there, and the table does not know its digest."""
        return self.state in (FETCHED, THERE) and self.file.sha256 is None


def fetch(corpus: Corpus, root: Path, options: Options, advance: Advance) -> Iterator[Outcome]:
    """Brings what is missing of ``corpus`` under ``root``; a file that fails stops no other."""
    wanted = []
    for file in corpus.files:
        there = _there(file, root / file.path, force=options.force)
        if there is None:
            wanted.append(file)
        else:
            yield there
    if options.archive is not None:
        yield from _take_out(wanted, options.archive, root)
        return
    packed = [file for file in wanted if _is_packed(file, corpus, options)]
    for file in wanted:
        if file not in packed:
            yield _bring(file, root / file.path, options, advance)
    if corpus.archive is not None and packed:
        yield from _unpack(corpus.archive, packed, root, options, advance)


def mirrored(mirror: str, path: str) -> str:
    """Where ``mirror`` has the file at ``path``."""
    if "{path}" in mirror:
        return mirror.replace("{path}", quote(path))
    return f"{mirror.rstrip('/')}/{quote(path)}"


def _is_packed(file: File, corpus: Corpus, options: Options) -> bool:
    """Whether it comes in the archive: a mirror has it as it is, unless it is a folder."""
    return corpus.archive is not None and (file.folder or options.mirror is None)


def _there(file: File, path: Path, *, force: bool) -> Outcome | None:
    """What is at ``path`` already; None if the file is to be brought."""
    if not path.exists() or (path.is_dir() and file.folder and not any(path.iterdir())):
        return None
    if path.is_dir() != file.folder:
        kinds = ("a folder", "a file") if path.is_dir() else ("a file", "a folder")
        problem = f"{path}: {kinds[0]}, expected {kinds[1]}"
        return Outcome(file, path, FAILED, problem=problem)
    found = digest(path)
    if found == file.sha256 or (file.sha256 is None and not force):
        return Outcome(file, path, THERE, found)
    if force:
        return None
    problem = (
        f"{path}: there is another content (SHA-256 {found}, expected {file.sha256});"
        " --force replaces it"
    )
    return Outcome(file, path, FAILED, found, problem)


def _bring(file: File, path: Path, options: Options, advance: Advance) -> Outcome:
    if not _addresses(file, options):
        return Outcome(file, path, BY_HAND)
    partial = Partial(path)
    try:
        found = _download(file, partial, options, advance)
    except CorpusError as error:
        return _failure(file, path, error, elsewhere=options.mirror is not None)
    os.replace(partial.path, path)
    partial.remove()
    return Outcome(file, path, FETCHED, found)


def _addresses(file: File, options: Options) -> tuple[str, ...]:
    return file.urls if options.mirror is None else (mirrored(options.mirror, file.path),)


def _download(file: File, partial: Partial, options: Options, advance: Advance) -> str:
    """Brings ``file`` from the first address that has it into ``partial``; gives its digest."""
    connection = options.connection
    if options.mirror is not None:
        connection = replace(connection, schemes=WITH_HTTP)
    problems = []
    for url in _addresses(file, options):
        try:
            download(url, partial, size=file.size, connection=connection, advance=advance)
            return _checked(file, partial, url)
        except CorpusError as error:
            problems.append(error)
    if len(problems) == 1:
        raise problems[0]
    raise CorpusError("; ".join(map(str, problems)), path=file.path)


def _checked(file: File, partial: Partial, url: str) -> str:
    try:
        return expect(digest(partial.path), file.sha256, name=file.path, source=url)
    except CorpusError:
        partial.remove()
        raise


def _unpack(
    archive: File, files: list[File], root: Path, options: Options, advance: Advance
) -> Iterator[Outcome]:
    """Brings ``archive``, takes ``files`` out of it, and removes it."""
    partial = Partial(root / archive.path)
    try:
        _download(archive, partial, options, advance)
    except CorpusError as error:
        yield from (Outcome(one, root / one.path, FAILED, problem=str(error)) for one in files)
        return
    yield from _take_out(files, partial.path, root)
    partial.remove()


def _take_out(files: Iterable[File], archive: Path, root: Path) -> list[Outcome]:
    """Takes ``files`` out of ``archive``; where it turns out to be damaged, the rest fail."""
    outcomes: list[Outcome] = []
    waiting = list(files)
    try:
        with opened(archive) as members:
            while waiting:
                outcomes.append(_taken(waiting[0], members, archive, root))
                waiting.pop(0)
    except CorpusError as error:
        outcomes += [Outcome(one, root / one.path, FAILED, problem=str(error)) for one in waiting]
    return outcomes


def _taken(file: File, members: list[Member], archive: Path, root: Path) -> Outcome:
    path = root / file.path
    take = take_folder if file.folder else take_file
    try:
        return Outcome(file, path, FETCHED, take(file, members, source=archive, target=path))
    except CorpusError as error:
        return _failure(file, path, error, elsewhere=True)


def _failure(file: File, path: Path, error: CorpusError, *, elsewhere: bool) -> Outcome:
    """A mirror or an archive may lack what no figure was made with; all else has to come."""
    lacking = elsewhere and isinstance(error, Absent) and file.sha256 is None
    return Outcome(file, path, LACKING if lacking else FAILED, problem=str(error))
