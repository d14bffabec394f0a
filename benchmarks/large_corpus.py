"""Time and memory of `ner check` and `ner convert` on a JSON-lines file of a gigabyte.

    python benchmarks/large_corpus.py $NER_CORPORA/msra/train.bio --size 1000

The file is made of the sentences of the given corpus, over and over, each with a number of its own
in front, so that nearly all are different. Peak memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

from ner.document import Document
from ner.formats import Findings
from ner.formats.reading import read_path
from ner.storage import dumps


def main() -> None:
    """Makes the file, and runs each verb on it in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpus", type=Path, help="an annotated file")
    parser.add_argument("--size", type=int, default=1000, help="megabytes [%(default)s]")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.jsonl"
        sentences, characters = make(large, arguments.corpus, arguments.size * 1_000_000)
        print(
            f"{large.stat().st_size / 1e6:,.0f} MB, {sentences:,} sentences,"
            f" {characters:,} characters"
        )
        verbs = {
            "check": ["check", str(large), "--json"],
            "convert --to columns": ["convert", str(large), "--to", "columns", "-o", f"{folder}/a"],
            "convert --to cluener": ["convert", str(large), "--to", "cluener", "-o", f"{folder}/b"],
        }
        for name, verb in verbs.items():
            seconds, peak = run(verb)
            speed = f"{characters / seconds:,.0f} characters/s"
            print(f"{name:22} {seconds:6.0f} s  {speed:>24}  {peak / 1e6:5.0f} MB at most")


def make(path: Path, corpus: Path, size: int) -> tuple[int, int]:
    """Writes the file, and says how many sentences and characters it has."""
    documents = list(read_path(corpus, Findings()))
    written = sentences = characters = 0
    with open(path, "w", encoding="utf-8") as stream:
        for document in cycle(documents):
            mark = f"{sentences} "
            moved = [entity.moved(len(mark)) for entity in document.entities]
            line = dumps(Document(mark + document.text, tuple(moved)).to_dict()) + "\n"
            stream.write(line)
            written += len(line.encode())
            sentences += 1
            characters += len(mark) + len(document.text)
            if written >= size:
                return sentences, characters
    raise AssertionError("a cycle does not end")


def run(verb: list[str]) -> tuple[float, int]:
    """The seconds that `ner VERB` takes, and the bytes of memory that it holds at most."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "ner", *verb]
    actions = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"ner {' '.join(verb)} failed")
    return time.perf_counter() - began, usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
