"""The README's commands, run as a newcomer would, in a copy of what a checkout has."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from verbs import Outcome, command

__all__ = ["command"]

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"<!-- test -->\n```(sh|python)\n(.*?)```", re.S)
OPERATORS = set("|&;<>()")
REPLACED = set("$`*~")  # by the shell
BLOCKS = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))


def words_of(line):
    """A shell command's words and operators."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(lexer)


@pytest.fixture
def ran(command, tmp_path, monkeypatch):
    """Runs a line, and gives what it wrote; verbs alone are called in this process.

    What is more than a verb, a pipe for one, is the shell's, and the verbs in it are found there.
    """
    monkeypatch.chdir(tmp_path)
    place = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": place, "PYTHONPATH": str(ROOT)}

    def by(*program):
        how = {"env": environment, "capture_output": True, "text": True, "check": False}
        done = subprocess.run(program, **how)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def outcome(language, line):
        if language == "python":
            return by(sys.executable, "-c", line)
        program, *arguments = words_of(line)
        shells = any(set(one) <= OPERATORS or set(one) & REPLACED for one in arguments)
        if program != "ner" or shells:
            return by("bash", "-euo", "pipefail", "-c", line)
        return command(*arguments)

    return outcome


@pytest.mark.slow
def test_the_commands_of_the_readme_work_in_their_order(ran, tmp_path):
    for folder in ("configs", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert len(BLOCKS) >= 4
    for language, block in BLOCKS:
        said = ""
        for line in [block] if language == "python" else block.splitlines():
            done = ran(language, line)
            assert done.code == 0, f"{line}\n{done.err}"
            said += done.out
        assert said.strip() or "-o runs/page.html" in block, block
    assert "<html" in (tmp_path / "runs" / "page.html").read_text(encoding="utf-8")
    assert (tmp_path / "runs" / "demo.bio").read_text(encoding="utf-8").count("\tB-") > 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ner models  # all of them", ["ner", "models"]),
        ("echo '陈 | 若' | ner predict", ["echo", "陈 | 若", "|", "ner", "predict"]),
        ("printf 'a\\n' >runs/a.tsv", ["printf", "a\\n", ">", "runs/a.tsv"]),
    ],
)
def test_words_of_a_line_are_told_from_the_shells_operators(line, words):
    assert words_of(line) == words


def test_the_readme_names_the_two_commands_that_the_makefile_has():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"\n{target}: install" in makefile and f"make {target}" in readme


def test_every_file_that_the_readme_links_to_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
