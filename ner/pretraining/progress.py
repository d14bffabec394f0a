"""How far a run is, and the file beside its output that a run which was ended leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ner.errors import ConfigError, CorpusError, NerError
from ner.pretraining.blocks import Numbers
from ner.pretraining.plan import Plan
from ner.storage import BEGIN_ANEW, GO_ON, LEFT
from ner.training import checkpoint

ROWS = 1 << 16  # blocks that are read at once


class DivergedError(NerError):
    """A run whose numbers are none any more: going on with it is of no use."""


@dataclass(frozen=True, slots=True)
class Look:
    """How far a run is, and how well it fills in what it is not trained on.

    Args:
        step: steps that are done.
        passed: the share of the way.
        loss: of a piece in a hole, in nats; on held-out blocks.
        right: the share of holes whose best piece is the right one.
        pieces: that were gone through.
        seconds: since the run began; those between an end and going on are not counted.
    """

    step: int
    passed: float
    loss: float
    right: float
    pieces: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Args:
        step: steps that are done.
        seconds: that they took, with the looks among them.
        looks: that were made.
        what: of which run it is (``what_of``).
    """

    step: int = 0
    seconds: float = 0.0
    looks: tuple[Look, ...] = ()
    what: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, looks: Sequence[Mapping[str, Any]], **more: Any) -> Progress:
        """Made of what JSON says of it."""
        return cls(looks=tuple(Look(**look) for look in looks), **more)


def what_of(plan: Plan, name: str, blocks: Numbers) -> dict[str, Any]:
    """What must be the same for a run to be gone on with: transformer, text as pieces, plan."""
    digest = hashlib.blake2b(digest_size=16)
    for start in range(0, len(blocks), ROWS):
        digest.update(blocks[start : start + ROWS].tobytes())
    return {"transformer": name, "text": digest.hexdigest(), **asdict(plan)}


def resumed(part: Path, what: Mapping[str, Any]) -> Progress:
    """How far the run is that left this file.

    Raises:
        ConfigError: it is another run than this.
        ModelError: the file is damaged.
    """
    progress = checkpoint.told(part, Progress.of)
    other = [name for name in what if progress.what.get(name) != what[name]]
    if other:
        pairs = ((name, progress.what.get(name), what[name]) for name in other)
        shown = ", ".join(f"{name} {before!r}, now {now!r}" for name, before, now in pairs)
        raise ConfigError(f"{part}: is of another run: {shown}; {BEGIN_ANEW}")
    return progress


def refuse_left(part: Path) -> None:
    """Makes sure that no run is lost by mistake.

    Raises:
        CorpusError: one that did not end has left a file.
    """
    if part.exists():
        raise CorpusError(LEFT, path=part)


@contextmanager
def kept(part: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Removes the file once the block has ended well; where it has not, the file stays.

    But not where the run has diverged.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, DivergedError):
            part.unlink(missing_ok=True)
        elif part.exists() and not isinstance(error, NerError):
            say(f"{part}: {GO_ON}")
        raise
    part.unlink(missing_ok=True)
