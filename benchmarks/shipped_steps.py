"""Steps of a build: each makes a file or folder, and is left out where that is there already."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ner.errors import NerError


@dataclass(frozen=True)
class Step:
    """What is done, what is there once it is done, and how.

    Args:
        name: for whoever watches.
        makes: the last file that it writes.
        work: that writes it, whole or not at all.
    """

    name: str
    makes: Path
    work: Callable[[], None]


def take(steps: Iterable[Step]) -> None:
    """All steps in their order; what has been made is not made again."""
    for step in steps:
        if step.makes.exists():
            say(f"{step.name}: {step.makes} is there")
            continue
        say(f"{step.name} …")
        began = time.perf_counter()
        step.makes.parent.mkdir(parents=True, exist_ok=True)
        step.work()
        if not step.makes.exists():
            raise NerError(f"{step.name}: {step.makes} has not been made")
        say(f"{step.name}: {step.makes}, {time.perf_counter() - began:,.0f} s")


def ner(*arguments: object) -> None:
    """A verb of the command line, shown before it runs.

    Raises:
        NerError: it failed; what it said stands above.
    """
    words = [str(one) for one in arguments]
    say(f"  $ ner {shlex.join(words)}")
    code = subprocess.run([sys.executable, "-m", "ner", *words], check=False).returncode
    if code:
        raise NerError(f"ner {words[0]} ended with code {code}")


def missing(places: Iterable[Path]) -> list[Path]:
    """Those that are not there."""
    return [place for place in places if not place.exists()]


def say(message: str) -> None:
    """A remark on stderr."""
    print(message, file=sys.stderr, flush=True)
