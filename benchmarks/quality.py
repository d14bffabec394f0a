"""Test F1 of a config over seeds, with variants of it beside it: mean and standard deviation.

    python benchmarks/quality.py configs/resume.yaml --seeds 1 2 3 --against model.attention=none

Every run is an ordinary `ner train`: dev chooses the epoch, the test set is read once, at the end.
Runs that are finished in the folder are not repeated; one that was cut off goes on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import yaml


def run(config: Path, seed: int, changes: list[str], folder: Path) -> dict[str, float]:
    """The figures of one run, trained now unless it is done."""
    seconds = folder / "seconds.json"
    if not seconds.exists():
        began = time.perf_counter()
        command = [sys.executable, "-m", "ner", "train", str(config), "-o", str(folder)]
        for change in [f"seed={seed}", *changes]:
            command += ["--set", change]
        subprocess.run([*command, "--resume"], check=True, stdout=sys.stderr)
        seconds.write_text(json.dumps(round(time.perf_counter() - began, 1)))
    metrics = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    test = json.loads((folder / "test.json").read_text(encoding="utf-8"))["overall"]
    return {
        "dev": 100 * max(row["dev_f1"] for row in metrics),
        "precision": 100 * test["precision"],
        "recall": 100 * test["recall"],
        "f1": 100 * test["f1"],
        "seconds": json.loads(seconds.read_text()),
    }


def spread(values: list[float]) -> str:
    """Mean ± standard deviation."""
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.2f} ± {deviation:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--against", action="append", default=[], help="a change, like a.b=c")
    parser.add_argument("-o", "--output", type=Path, default=Path("runs/quality"))
    options = parser.parse_args()
    print(f"{options.config}: {yaml.safe_load(options.config.read_text())['data']['test']}")
    print("\n| variant | dev F1 | test P | test R | test F1 | by seed | seconds, at most |")
    print("|---|---|---|---|---|---|---|")
    for changes in [[], *([change] for change in options.against)]:
        name = ", ".join(changes) or "as configured"
        place = options.output / options.config.stem / (changes[0] if changes else "default")
        rows = [run(options.config, s, changes, place / f"seed{s}") for s in options.seeds]
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        figures = " | ".join(spread(columns[key]) for key in ("dev", "precision", "recall", "f1"))
        seeds = " ".join(f"{value:.2f}" for value in columns["f1"])
        print(f"| {name} | {figures} | {seeds} | {max(columns['seconds']):.0f} |", flush=True)


if __name__ == "__main__":
    main()
