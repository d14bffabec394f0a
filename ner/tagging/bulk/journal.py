"""What a run that writes files has done so far, beside its output, so that it can be gone on with.

A line of JSON says what the run is, one a while how far it is. A line that is not whole is as if it
were not there: it was being written when the run was killed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from ner.errors import ConfigError, CorpusError
from ner.formats.source import Start
from ner.storage import BEGIN_ANEW, dumps, write_text
from ner.tagging.bulk.blocks import Position

if sys.platform != "win32":
    import fcntl

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Record:
    """How far a run is.

    Args:
        job: the number of the job that is being done; those before are finished.
        position: of its inputs.
        size: bytes of its output.
        several: whether a document in it has more than one sentence.
        lost: what its writer could not hold.
    """

    job: int = 0
    position: Position = field(default_factory=Position)
    size: int = 0
    several: bool = False
    lost: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def of(raw: dict[str, Any]) -> Record:
        """The record in a line of a journal."""
        position = dict(raw["position"])
        position["start"] = Start(*position["start"])
        return Record(**{**raw, "position": Position(**position)})


class Journal:
    """The journal of a run that is going on; no other run can have it meanwhile.

    Args:
        path: of its file, which is there.

    Raises:
        ConfigError: another run has it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.says_something = False
        self._stream: IO[bytes] = open(path, "r+b")  # noqa: SIM115  it is open as long as the run
        if sys.platform != "win32":
            try:
                fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                self._stream.close()
                raise ConfigError(f"{path}: another run is at work on it") from error

    @staticmethod
    def begun(path: Path, settings: Mapping[str, Any], done: Sequence[str]) -> Journal:
        """The journal of a new run of these settings, and of outputs that were there before."""
        head = {"format_version": FORMAT_VERSION, "settings": settings, "done": list(done)}
        write_text(path, dumps(head) + "\n")
        journal = Journal(path)
        journal._stream.seek(0, os.SEEK_END)
        return journal

    def resumed(self, settings: Mapping[str, Any]) -> tuple[list[str], Record]:
        """Which outputs were there before the run that left it, and how far that was.

        Raises:
            ConfigError: that run had other settings.
        CorpusError: it is no journal.
        """
        lines = self._stream.read().split(b"\n")
        whole = [raw for raw in map(_parsed, lines[:-1]) if raw is not None]
        if not whole or whole[0].get("format_version") != FORMAT_VERSION:
            why = f"expected the journal of a run, format {FORMAT_VERSION}; {BEGIN_ANEW}"
            raise CorpusError(why, path=self.path)
        _refuse_change(self.path, whole[0]["settings"], json.loads(dumps(settings)))
        kept = b"".join(line + b"\n" for line in lines[:-1] if _parsed(line) is not None)
        self._stream.truncate(len(kept))
        self._stream.seek(len(kept))
        self.says_something = len(whole) > 1
        return whole[0]["done"], Record.of(whole[-1]) if len(whole) > 1 else Record()

    def append(self, record: Record, *, sync: bool) -> None:
        """Says how far the run is; with ``sync`` even a power failure does not undo it."""
        self._stream.write(dumps(asdict(record)).encode() + b"\n")
        self._stream.flush()
        self.says_something = True
        if sync:
            os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Leaves it for another run."""
        self._stream.close()

    def remove(self) -> None:
        """The run is finished."""
        self.path.unlink(missing_ok=True)
        self._stream.close()


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _refuse_change(path: Path, before: dict[str, Any], now: dict[str, Any]) -> None:
    """Makes sure that a run is gone on with as it was begun.

    Raises:
        ConfigError: it is not; the message names what changed first.
    """
    for name in [*now, *(name for name in before if name not in now)]:
        old, new = before.get(name, "nothing"), now.get(name, "nothing")
        if old != new:
            why = f"the run was begun with {name} {old}, now it is {new}"
            raise ConfigError(f"{path}: cannot be gone on with: {why}; {BEGIN_ANEW}")
