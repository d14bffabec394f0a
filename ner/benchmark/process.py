"""A worker process from the outside: started, asked, ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ner.errors import NerError

OURS = (sys.executable, "-m", "ner.benchmark.worker")
THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)


class Worker:
    """A process that answers as ``ner.benchmark.worker`` says, with so many threads.

    The threads are set in its environment, so nothing changes in this process.

    Args:
        command: that starts it.
        threads: for computing.
    """

    def __init__(self, command: Sequence[str] = OURS, *, threads: int) -> None:
        self._errors: IO[str] = tempfile.TemporaryFile(  # noqa: SIM115  closed in __exit__
            "w+", encoding="utf-8", errors="replace"
        )
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(threads),
            encoding="utf-8",
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.communicate()
        self._errors.close()

    def ask(self, do: str, **what: Any) -> dict[str, Any]:
        """Its answer.

        Raises:
            NerError: it says what is wrong, or it ended without an answer.
            ModuleNotFoundError: it lacks a package.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise NerError(self._last_words()) from None
        line = self._process.stdout.readline()
        if not line:
            raise NerError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        if "missing" in answer:
            raise ModuleNotFoundError(answer["error"], name=answer["missing"])
        if "error" in answer:
            raise NerError(answer["error"])
        return answer

    def _last_words(self) -> str:
        """Why it ended, as far as it said so."""
        code = self._process.wait()
        if code < 0:
            name = signal.Signals(-code).name
            hint = ": was there too little memory?" if name == "SIGKILL" else ""
            return f"the measured process was ended by {name}{hint}"
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        return f"the measured process ended with code {code}: {lines[-1] if lines else 'no word'}"


def environment(threads: int) -> dict[str, str]:
    """This process's environment, for so many threads, with this package to be found."""
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    numbers = dict.fromkeys(THREADS, str(threads))
    return {**os.environ, **numbers, "PYTHONPATH": os.pathsep.join(paths)}
