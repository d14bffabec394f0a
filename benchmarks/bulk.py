r"""How fast `ner predict` goes through much text, in how much memory, and whether kills cost bytes.

    python benchmarks/bulk.py runs/quickstart --text news.txt.xz --size 1G
    python benchmarks/bulk.py runs/quickstart --text news.txt.xz --size 20M --kills 10

The text is the given file's lines, in another random order each time, until they are enough bytes;
it stands in a temporary folder, or in `--folder`. What stands behind `--` goes to `ner predict`.
Memory is that of the process and all below it, summed 5 times a second: resident (pages that they
share count for each) and, where the system tells it, proportional. How fast the first and the last
tenth are is told by the bytes of output, from the first that are there on, so that the loading of
the model is left out.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from ner.formats import ReadOptions, open_source

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
EVERY = 0.2  # seconds between two looks


@dataclass
class Watched:
    """What was seen of a run: seconds and bytes of output, and the most memory."""

    seconds: float = 0.0
    resident: float = 0.0
    proportional: float = 0.0
    grown: list[tuple[float, int]] = field(default_factory=list)

    def look(self, process: int, part: Path, began: float) -> None:
        numbers = [process, *_below(process)]
        self.resident = max(self.resident, sum(_memory(one, "status", "VmRSS") for one in numbers))
        shared = sum(_memory(one, "smaps_rollup", "Pss") for one in numbers)
        self.proportional = max(self.proportional, shared)
        if part.exists():
            self.grown.append((time.perf_counter() - began, part.stat().st_size))

    def speed(self, first: float, last: float) -> float:
        """Bytes of output a second between two shares of all of it."""
        most = self.grown[-1][1]
        low, high = max(first * most, 1), last * most
        inside = [(at, size) for at, size in self.grown if low <= size <= high]
        (began, low), (ended, high) = inside[0], inside[-1]
        return (high - low) / (ended - began) if ended > began else float("nan")


def make_text(source: Path, target: Path, size: int, seed: int) -> int:
    """Writes the text; returns its characters."""
    with open_source(source, ReadOptions()) as lines:
        known = [line for _, line in lines.lines() if line]
    chance = random.Random(seed)
    characters = written = 0
    with open(target, "w", encoding="utf-8", newline="\n") as stream:
        while written < size:
            chance.shuffle(known)
            for line in known:
                stream.write(line + "\n")
                written += len(line.encode()) + 1
                characters += len(line)
                if written >= size:
                    break
    return characters


def start(model: str, text: Path, out: Path, more: list[str]) -> subprocess.Popen[bytes]:
    order = ["predict", "-m", model, str(text), "-o", str(out), "--resume", *more]
    return subprocess.Popen([sys.executable, "-m", "ner", *order])


def watched(model: str, text: Path, out: Path, more: list[str]) -> Watched:
    """A run that nothing interrupts."""
    found = Watched()
    began = time.perf_counter()
    process = start(model, text, out, more)
    part = out.with_name(out.name + ".part")
    while process.poll() is None:
        found.look(process.pid, part, began)
        time.sleep(EVERY)
    found.seconds = time.perf_counter() - began
    if process.returncode:
        sys.exit(f"ner predict ended with {process.returncode}")
    found.grown.append((found.seconds, out.stat().st_size))
    return found


def killed(
    model: str, text: Path, out: Path, more: list[str], moments: list[tuple[float, float]]
) -> int:
    """A run that is killed so many seconds after its output has so many bytes, and gone on with.

    Returns:
        How often it was killed before it ended.
    """
    part = out.with_name(out.name + ".part")
    for kills, (size, later) in enumerate(moments):
        process = start(model, text, out, more)
        while process.poll() is None and not (part.exists() and part.stat().st_size >= size):
            time.sleep(0.01)
        time.sleep(later)
        process.kill()
        process.wait()
        if out.exists():
            return kills
    if start(model, text, out, more).wait():
        sys.exit("ner predict --resume failed")
    return len(moments)


def _below(process: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    try:
        own = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    threads = Path(f"/proc/{process}/task").glob("*/children")
    own = [child for one in threads for child in _read(one).split()]
    return [number for child in own for number in (int(child), *_below(int(child)))]


def _memory(process: int, file: str, name: str) -> float:
    """Megabytes, by a line of what the system says of a process."""
    found = re.search(rf"^{name}:\s+(\d+) kB", _read(Path(f"/proc/{process}/{file}")), re.M)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def bytes_of(size: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMG]?)B?", size, re.I)
    if not found:
        raise argparse.ArgumentTypeError(f"expected a size like 20M or 1G, got {size!r}")
    return round(float(found[1]) * UNITS[found[2].upper()])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("--text", type=Path, required=True, help="lines of raw text, maybe packed")
    parser.add_argument("--size", type=bytes_of, default=bytes_of("1G"), help="bytes [1G]")
    parser.add_argument("--kills", type=int, default=0, help="how often a second run is killed")
    parser.add_argument("--folder", type=Path, help="for text and results [a temporary one]")
    parser.add_argument("--seed", type=int, default=1)
    own, behind = sys.argv[1:], []
    if "--" in own:
        own, behind = own[: own.index("--")], own[own.index("--") + 1 :]
    options = parser.parse_args(own)
    options.more = behind
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        _measure(options, Path(folder))


def _measure(options: argparse.Namespace, folder: Path) -> None:
    text, out, other = folder / "text.txt", folder / "whole.jsonl", folder / "killed.jsonl"
    characters = make_text(options.text, text, options.size, options.seed)
    found = watched(options.model, text, out, options.more)
    result = {
        "bytes": text.stat().st_size,
        "characters": characters,
        "seconds": round(found.seconds, 1),
        "characters/s": round(characters / found.seconds),
        "peak resident MB": round(found.resident),
        "peak proportional MB": round(found.proportional),
        "output bytes/s, first tenth": round(found.speed(0, 0.1)),
        "output bytes/s, last tenth": round(found.speed(0.9, 1)),
    }
    if options.kills:
        chance = random.Random(options.seed)
        sizes = sorted(chance.uniform(0, out.stat().st_size) for _ in range(options.kills))
        moments = [(size, chance.uniform(0, 1)) for size in sizes]
        result["kills"] = killed(options.model, text, other, options.more, moments)
        result["same bytes"] = filecmp.cmp(out, other, shallow=False)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
