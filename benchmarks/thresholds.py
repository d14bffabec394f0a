"""What a threshold of scores gives on sentences that it was not fitted to.

    python benchmarks/thresholds.py runs/cluener-plain --repeats 3

A run's dev set is halved by chance; calibration and threshold are fitted to the one half, F1 is
measured on the other, and the other way round. The epoch was chosen on both.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ner.config import load_config
from ner.corpus.splits import as_documents, read_training
from ner.document import Document
from ner.evaluation import score
from ner.evaluation.surroundings import CONFIG
from ner.tagging.calibrating import fitted, sampled
from ner.tagging.loading import load
from ner.tagging.tagger import Tagger
from ner.tagging.thresholds import fit_threshold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+", help="run folders")
    parser.add_argument("--repeats", type=int, default=3, help="times that dev is halved")
    options = parser.parse_args()
    print("| run | threshold | F1 by the best path | by the threshold |\n|---|---|---|---|")
    for run in options.runs:
        config = load_config(run / CONFIG)
        _, dev = read_training(config.data, seed=config.seed)
        gains = []
        for value, *found in halved(load(run), as_documents(dev.sentences), options.repeats):
            by_path, by_threshold = (100 * f1 for f1 in found)
            gains.append(by_threshold - by_path)
            print(f"| {run} | {value or 'none'} | {by_path:.2f} | {by_threshold:.2f} |", flush=True)
        spread = f" ± {statistics.stdev(gains):.2f}"
        print(f"| {run} | mean of the differences | | {statistics.mean(gains):+.2f}{spread} |")


def halved(
    tagger: Tagger, gold: list[Document], repeats: int
) -> Iterator[tuple[float | None, float, float]]:
    """Threshold, F1 by the best path and by the threshold, of each half that was measured."""
    for seed in range(repeats):
        documents = random.Random(seed).sample(gold, len(gold))
        middle = len(documents) // 2
        halves = documents[:middle], documents[middle:]
        for fitting, measured in (halves, halves[::-1]):
            found = fitted(sampled(tagger, fitting))
            if found.chosen is None:
                continue
            calibration = found.trials[found.chosen].calibration
            value = fit_threshold(tagger, calibration, fitting).value
            f1 = []
            for one in (calibration, replace(calibration, threshold=value)):
                documents_found = list(tagger.calibrated(one).pipe_documents(measured))
                f1.append(score(measured, documents_found).overall.f1)
            yield value, f1[0], f1[1]


if __name__ == "__main__":
    main()
