r"""Training and tagging speed of the attention family, as shares of the speed without attention.

    python benchmarks/attention_speed.py configs/weibo.yaml \
        --models runs/quality/attention/weibo --threads 1

Training steps run on the config's own batches, tagging on its test set with the models that
`quality.py attention` trained. All variants take turns, so that what else the machine does falls
on all of them; medians over the rounds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from quality import ATTENTION

import ner
from ner.config import load_config
from ner.corpus.splits import read_split
from ner.features.batch import Batch
from ner.training.loop import batches_of_epoch, step
from ner.training.run import Run


class Variant:
    """A mechanism, made ready for training and for tagging."""

    def __init__(self, config: str, changes: Sequence[str], model: Path, characters: int) -> None:
        settings = load_config(config, changes)
        with tempfile.TemporaryDirectory() as folder:
            self.run = Run(settings, Path(folder) / "run", device="cpu")
        prepared = self.run.accelerator.prepare(self.run.task.network, self.run.optimiser)
        self.network, self.optimiser = prepared
        self.tagger = ner.load(model, device="cpu")
        self.batches: list[Batch] = []
        for batch in batches_of_epoch(self.run.task, self.run.accelerator, epoch=1):
            if sum(one.size for one in self.batches) < characters:
                self.batches.append(batch)

    def train(self) -> float:
        """Characters/s of training steps."""
        settings = self.run.config.training
        self.network.train()
        began = time.perf_counter()
        for batch in self.batches:
            rate, clip = settings.learning_rate, settings.clip
            step(self.network, self.optimiser, self.run.accelerator, batch, rate, clip)
        seconds = time.perf_counter() - began
        return sum(batch.size for batch in self.batches) / seconds

    def tag(self, texts: list[str]) -> float:
        """Characters/s from texts to entities."""
        began = time.perf_counter()
        self.tagger(texts)
        return sum(map(len, texts)) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config")
    parser.add_argument("--models", type=Path, required=True, help="of quality.py attention")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--characters", type=int, default=10_000, help="trained on in a round")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    data = load_config(options.config).data
    split = read_split("test", data.paths(data.test), data)
    texts = [sentence.text for sentence in split.sentences]
    variants = {
        name: Variant(options.config, changes, options.models / name / "seed1", options.characters)
        for name, changes in ATTENTION.items()
        if (options.models / name / "seed1" / "seconds.json").exists()
    }
    trained: dict[str, list[float]] = {name: [] for name in variants}
    tagged: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(options.rounds + 1):  # the first warms up
        for name, variant in variants.items():
            speeds = variant.train(), variant.tag(texts)
            if number:
                trained[name].append(speeds[0])
                tagged[name].append(speeds[1])
    print(f"{options.threads} threads, {options.rounds} rounds, {options.config}\n")
    print("| variant | training, characters/s | of none | tagging, characters/s | of none |")
    print("|---|---|---|---|---|")
    base_train, base_tag = (statistics.median(part["none"]) for part in (trained, tagged))
    for name in variants:
        train, tag = statistics.median(trained[name]), statistics.median(tagged[name])
        shares = train / base_train, tag / base_tag
        print(f"| {name} | {train:,.0f} | {shares[0]:.2f} | {tag:,.0f} | {shares[1]:.2f} |")


if __name__ == "__main__":
    main()
