"""The README's commands, run as a newcomer would, in a copy of what a checkout has."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"<!-- test -->\n```(sh|python)\n(.*?)```", re.S)
BLOCKS = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_the_commands_of_the_readme_work_in_their_order(tmp_path):
    for folder in ("configs", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    place = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": place, "PYTHONPATH": str(ROOT)}
    assert len(BLOCKS) >= 4
    for language, block in BLOCKS:
        command = ["bash", "-euo", "pipefail", "-c", block]
        if language == "python":
            command = [sys.executable, "-c", block]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{block}\n{done.stderr}"
        assert done.stdout.strip() or "-o runs/page.html" in block, block
    assert "<html" in (tmp_path / "runs" / "page.html").read_text(encoding="utf-8")
    assert (tmp_path / "runs" / "demo.bio").read_text(encoding="utf-8").count("\tB-") > 0


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
