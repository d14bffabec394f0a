"""Seconds and memory for tagging one long text, seen whole or in the model's own windows.

    python benchmarks/long_text.py runs/windowed runs/soft --text FILE --lengths 1000 20000

Every length runs in a process of its own; its memory is what the peak grows by while it tags. A
model whose memory grows with the square of the length is not asked for more than --most
characters at once.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path


def peak() -> float:
    """The most memory this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(model: str, text: str, *, window: int | None) -> dict[str, float]:
    """Tags ``text`` once, after a short warm-up."""
    import ner

    tagger = ner.load(model, device="cpu", window=window)
    tagger(text[:200])
    before, began = peak(), time.perf_counter()
    found = tagger(text)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "MiB": peak() - before, "entities": len(found.entities)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--text", type=Path, required=True, help="plain text, repeated as needed")
    parser.add_argument("--lengths", type=int, nargs="+", default=[1000, 5000, 20000, 100000])
    parser.add_argument("--most", type=int, default=5000, help="for kinds other than windowed")
    parser.add_argument("--one", type=int, nargs=2, metavar=("LENGTH", "WINDOW"))
    options = parser.parse_args()
    raw = "".join(options.text.read_text(encoding="utf-8").split())
    if options.one:
        length, window = options.one
        text = (raw * (length // len(raw) + 1))[:length]
        print(json.dumps(measure(options.models[0], text, window=window or None)))
        return
    print("| model | characters | seen | seconds | characters/s | MiB | KiB a character |")
    print("|---|---|---|---|---|---|---|")
    for model in options.models:
        kinds = json.loads((Path(model) / "model" / "model.json").read_text())["settings"]
        linear = all(one["kind"] == "windowed" for one in kinds["attention"])
        for length in options.lengths:
            for window in (0, length):
                if window and not linear and length > options.most:
                    continue
                row(model, options.text, length, window)


def row(model: str, text: Path, length: int, window: int) -> None:
    """Measures in a new process, and prints."""
    command = [sys.executable, __file__, model, "--text", str(text), "--one"]
    done = subprocess.run(
        [*command, str(length), str(window)], check=True, capture_output=True, text=True
    )
    got = json.loads(done.stdout)
    seen = "whole" if window else "in windows"
    speed, each = length / got["seconds"], 1024 * got["MiB"] / length
    figures = f"{got['seconds']:.2f} | {speed:,.0f} | {got['MiB']:.0f} | {each:.1f}"
    print(f"| {Path(model).name} | {length:,} | {seen} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
