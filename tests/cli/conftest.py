"""The command line, called inside this process or, where signals and streams matter, in its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper

import pytest
from trained import ROOT, tiny_run

from ner.cli import main

__all__ = ["tiny_run"]


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def message(self):
        """The one line of an error that a user can put right."""
        assert (self.code, self.out) == (1, "")
        last = self.err.splitlines()[-1]
        assert last.startswith("ner: ")
        assert "Traceback" not in self.err
        return last


@pytest.fixture
def command(capfd, monkeypatch):
    """``ner ARGUMENTS`` in this process."""

    def done(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["ner", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # Typer puts its own there
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        return Outcome(left.value.code or 0, *capfd.readouterr())

    return done


@pytest.fixture
def file(tmp_path):
    """Makes a file of this text or these bytes."""

    def made(name, content):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return made


@pytest.fixture(scope="session")
def process():
    """``ner ARGUMENTS`` in a process of its own, which is not waited for."""

    def started(*arguments, program=("-m", "ner"), **streams):
        pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        return subprocess.Popen(
            [sys.executable, *map(str, program), *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            **{**pipes, **streams},
        )

    return started


@pytest.fixture(scope="session")
def ended(process):
    """``ner ARGUMENTS`` in a process of its own, and how it ended."""

    def outcome(*arguments, stdin=b"", **how):
        with process(*arguments, **how) as running:
            out, err = running.communicate(stdin, timeout=120)
        return Outcome(running.returncode, (out or b"").decode(), err.decode())

    return outcome
