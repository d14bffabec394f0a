"""SHA-256 of files and folders, and what is said where it is not the expected one."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ner.errors import CorpusError

CHUNK = 1 << 20  # bytes


def digest(path: Path) -> str:
    """Of a file's bytes; of a folder, the SHA-256 of what ``sha256sum *`` prints inside it.

    In a shell: ``cd FOLDER && LC_ALL=C sha256sum * | sha256sum``.
    """
    if not path.is_dir():
        return _of_file(path)
    files = sorted(path.iterdir(), key=lambda one: one.name.encode("utf-8", "surrogateescape"))
    shown = [one for one in files if one.is_file() and not one.name.startswith(".")]
    listing = "".join(f"{_of_file(one)}  {one.name}\n" for one in shown)
    return hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()


def _of_file(path: Path) -> str:
    found = hashlib.sha256()
    with open(path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def expect(found: str, expected: str | None, *, name: str, source: str | Path) -> str:
    """``found``, if that is what is ``expected`` or nobody knows what to expect.

    Raises:
        CorpusError: ``source`` gave another content for the file called ``name``.
    """
    if expected in (None, found):
        return found
    message = f"SHA-256 of {name} is {found}, expected {expected}: changed or damaged, not kept"
    raise CorpusError(message, path=source)
