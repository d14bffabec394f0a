"""A worker process, as the process sees it that started it."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ner.document import Document
from ner.errors import WorkerError
from ner.tagging.bulk.worker import FAILED
from ner.tagging.loading import Loading

PROGRAM = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from ner.tagging.bulk.worker import main
main()
"""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PATIENCE = 10  # seconds that a process has to end once its output has ended


class Process:
    """A process with a tagger. It has a session of its own, so that Ctrl-C does not reach it.

    Args:
        models: what it loads.
        how: how it loads them.
    """

    def __init__(self, models: Sequence[str | Path], how: Loading) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,
        )
        self._order = ([str(one) for one in models], how)
        self._device: str | None = None
        self._is_there = True

    @property
    def number(self) -> int:
        """By which the system knows it."""
        return self._process.pid

    @property
    def serves(self) -> bool:
        """Whether it has loaded and can be given items."""
        return self._device is not None and self._is_there

    def device(self) -> str:
        """The kind of device that it computes on; it loads when it is first asked.

        Raises:
            NerError: as the process met it while it loaded.
            WorkerError: the process ended.
        """
        if self._device is None:
            self._send(self._order)
            self._device = str(self._answer())
        return self._device

    def tagged(self, kind: str, items: Sequence[Any]) -> list[Document]:
        """What it makes of these items.

        Raises:
            NerError: as the process met it; it goes on serving.
            WorkerError: the process ended.
        """
        self._send((kind, items))
        documents: list[Document] = self._answer()
        return documents

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()

    def close(self) -> None:
        """Lets go of what is left of it; it was killed before."""
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):
                if stream:
                    stream.close()

    def _send(self, what: Any) -> None:
        assert self._process.stdin
        data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)  # what cannot be pickled sends nothing
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def _answer(self) -> Any:
        assert self._process.stdout
        try:
            kind, what = pickle.load(self._process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise self._ended() from None
        if kind == FAILED:
            raise what
        return what

    def _ended(self) -> WorkerError:
        """What to say of a process that is not there any more."""
        self._is_there = False
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return WorkerError(f"worker process {self.number} closed its output")
        how = f"with exit code {code}"
        if code < 0:
            how = f"by {signal.Signals(-code).name}"
        hint = " (was memory short?)" if code == -signal.SIGKILL else ""
        return WorkerError(f"worker process {self.number} ended {how}{hint}")
