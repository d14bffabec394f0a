"""The command line, called inside this process or, where signals and streams matter, in its own."""

import os
import subprocess
import sys

import pytest
from trained import ROOT, bare_run, tiny_graph, tiny_int8, tiny_run
from verbs import Outcome, command

__all__ = ["bare_run", "command", "tiny_graph", "tiny_int8", "tiny_run"]


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
