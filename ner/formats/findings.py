"""What reading and writing came upon: counted by kind, and told with its place to who listens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ner.errors import CorpusError, Place

Severity = Literal["error", "warning", "note"]
AS_READ = ("sentences in ", "file(s) read as ")  # kinds that begin so are no faults: they say how
MALFORMED = "records that cannot be read"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was met.

    Args:
        severity: ``error`` for what no reader can mend, ``warning`` for what was repaired, lost or
            is likely wrong, ``note`` for what is good to know.
        kind: what it is, in words that follow a number: "illegal tag transitions".
        place: where it stands, if that is known.
        example: what stands there, or what is wrong with it.
    """

    severity: Severity
    kind: str
    place: Place | None = None
    example: str = ""


class Findings(Counter[str]):
    """How often each kind was met.

    Args:
        listener: is told every single one; it then decides what becomes of a record that cannot be
            read: the reader goes on behind it if the listener returns. Without a listener such a
            record is raised.
    """

    def __init__(self, listener: Callable[[Finding], None] | None = None) -> None:
        super().__init__()
        self._listener = listener

    @property
    def repairs(self) -> Counter[str]:
        """What was repaired, lost or left out, without how the files are written."""
        faults = {kind: count for kind, count in self.items() if not kind.startswith(AS_READ)}
        return Counter(faults)

    def note(self, kind: str, place: Place | None = None, example: str = "") -> None:
        """Something that a reader repaired or left out, or that a writer's format cannot hold."""
        self[kind] += 1
        if self._listener:
            self._listener(Finding("warning", kind, place, example))

    def wrong(self, error: CorpusError) -> None:
        """A record that cannot be read.

        Raises:
            CorpusError: ``error``, where nobody listens.
        """
        if self._listener is None:
            raise error
        self[MALFORMED] += 1
        self._listener(Finding("error", MALFORMED, error.place, error.message))
