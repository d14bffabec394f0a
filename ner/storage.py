"""Files and folders that appear whole or not at all, and JSON that any UTF-8 stream can hold."""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

SURROGATE = re.compile("[\ud800-\udfff]")
PART = ".part"
HIDDEN = ".ner-"  # begins the names of what is not whole yet
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

# What is said of runs that did not end.
BEGIN_ANEW = "--force begins anew"
LEFT = f"a run that did not end left it; --resume goes on with it, {BEGIN_ANEW}"
GO_ON = "kept; the same command with --resume goes on"


def part_of(output: Path) -> Path:
    """Where a run keeps what it has of its output, or of what a link names, until that is whole."""
    place = Path(os.path.realpath(output)) if output.is_symlink() else output
    return place.with_name(place.name + PART)


def give_name(part: Path) -> None:
    """What a run had of its output is all of it."""
    os.replace(part, part.with_name(part.name.removesuffix(PART)))


def dumps(value: Any, *, indent: int | None = None) -> str:
    """JSON with lone surrogates as escapes and every other character as it is."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def is_sink(path: Path) -> bool:
    """Whether something is there that takes bytes and keeps none: a device, a pipe, a socket."""
    return path.exists() and not (path.is_file() or path.is_dir())


def is_kept(path: Path) -> bool:
    """Whether something is there that writing to the path would replace."""
    return path.exists() and not is_sink(path)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A byte stream whose content stands at ``path`` once the block ends without an error.

    Until then it is in a hidden file beside it, which is removed if the block fails. A link stays
    one, to what is written. A device or a pipe is written into as it is.
    """
    if is_sink(path):
        with open(path, "wb") as stream:
            yield stream
        return
    named, path, temporary = path, Path(os.path.realpath(path)), ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=HIDDEN)
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and _is_ours(error, temporary):
            raise OSError(error.errno, error.strerror, str(named)) from error
        raise


def _is_ours(error: OSError, temporary: str) -> bool:
    """Whether the error came from the hidden file, whose name means nothing to a user."""
    return not temporary or error.filename in (None, temporary)


def write_bytes(path: Path, content: bytes) -> None:
    """``content`` at ``path``, whole or not at all."""
    with whole_file(path) as stream:
        stream.write(content)


def write_text(path: Path, content: str) -> None:
    """``content`` at ``path``, whole or not at all."""
    write_bytes(path, content.encode("utf-8"))


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder that stands at ``path`` once the block ends without an error; an old one is gone.

    Until then it is in a hidden folder beside it, which is removed if the block fails.
    """
    path = path.resolve()  # a link stays one
    with _hidden_beside(path) as hidden:
        made, old = hidden / "made", hidden / "old"
        made.mkdir()
        yield made
        for file in made.rglob("*"):
            if file.is_file():
                file.chmod(0o666 & ~_umask())  # as if no library had thought it secret
        if path.exists():
            os.replace(path, old)
        try:
            os.replace(made, path)
        except BaseException:
            if old.exists():
                os.replace(old, path)
            raise


@contextmanager
def _hidden_beside(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        hidden = tempfile.TemporaryDirectory(dir=path.parent, prefix=HIDDEN)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    with hidden as name:
        yield Path(name)


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """A folder that is gone afterwards, whatever happens; where it has no room, that is said."""
    with tempfile.TemporaryDirectory(prefix=f"ner-{purpose}-") as folder:
        try:
            yield Path(folder)
        except OSError as error:
            if error.filename is not None or error.errno not in NO_ROOM:
                raise
            why = f"{error.strerror}; TMPDIR names another folder"
            raise OSError(error.errno, why, tempfile.gettempdir()) from error


def _umask() -> int:
    """The permissions that new files lack; reading them means setting them twice."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
