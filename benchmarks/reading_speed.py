"""Characters a second that the readers give, beside a bare parse of the same file.

    python benchmarks/reading_speed.py $NER_CORPORA/msra/train.bio $NER_CORPORA/youku/train.txt

Each file is read as it is, and as the JSON lines that it converts to. A bare parse splits each line
of columns at blanks and gathers the sentences, and calls ``json.loads`` for each line of JSON: what
any script would do at least, without entities, checks or places. Both take turns; the best of
several times counts. One thread.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ner.formats import FORMATS, Findings, WriteOptions
from ner.formats.reading import read_path

TURNS = 7


def main() -> None:
    """Times every file, and prints a line for each of its two forms."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+", help="columns")
    for path in parser.parse_args().files:
        compare(path, path.name, bare_columns)
        with tempfile.TemporaryDirectory() as folder:
            lines = Path(folder) / "corpus.jsonl"
            write = FORMATS["jsonl"].write
            assert write is not None
            with open(lines, "w", encoding="utf-8") as stream:
                write(read_path(path, Findings()), stream, Findings(), WriteOptions())
            compare(lines, f"{path.name} as JSON lines", bare_json)


def compare(path: Path, name: str, bare: Callable[[Path], None]) -> None:
    """Prints how fast a file is read, and how much slower that is than the bare parse."""
    characters = sum(len(document.text) for document in read_path(path, Findings()))
    ours, least = [], []
    for _ in range(TURNS):
        ours.append(seconds(whole, path))
        least.append(seconds(bare, path))
    speeds = f"{characters / min(ours):12,.0f} characters/s, bare {characters / min(least):12,.0f}"
    print(f"{name:40} {speeds}, {min(ours) / min(least):.2f} times its time", flush=True)


def seconds(work: Callable[[Path], None], path: Path) -> float:
    """How long a function takes."""
    began = time.perf_counter()
    work(path)
    return time.perf_counter() - began


def whole(path: Path) -> None:
    """Reads every document, and keeps none."""
    for _ in read_path(path, Findings()):
        pass


def bare_columns(path: Path) -> None:
    """Tokens and tags, sentence by sentence."""
    with open(path, encoding="utf-8") as stream:
        sentence: list[list[str]] = []
        for line in stream:
            cells = line.split()
            if cells:
                sentence.append(cells)
            else:
                sentence = []


def bare_json(path: Path) -> None:
    """The record of each line."""
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            json.loads(line)


if __name__ == "__main__":
    main()
