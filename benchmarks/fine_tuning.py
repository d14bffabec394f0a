"""What going on from a model is worth where little is annotated: test F1 by sentences of train.

    python benchmarks/fine_tuning.py configs/weibo-plain.yaml --sizes 100 1000 \
        --tuned "init_labels={PER.NAM: PER, LOC.NAM: LOC, GPE.NAM: LOC, ORG.NAM: ORG}"

So many sentences of train are drawn by the seed; a fifth of them is dev, as if there were no more.
From those a model begins anew, as the config says, and another one goes on from the shipped one
with the config's way of training.
Each run is an ordinary `ner train`: dev chooses the epoch, the test set, or the config's dev set
where it has none, is read once, at the end. Runs that are finished in the folder
are not repeated, whatever the changes: others want another ``-o``.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from quality import Job, figures, run, spread

from ner.config import load_config
from ner.corpus.splits import Split, as_documents, read_training, write_splits
from ner.formats import Findings
from ner.settings import Config, names_of

STEPS = 6000  # sentences read in all, so that few are read more often
EPOCHS = (8, 40)
BATCH = 256  # characters: few sentences want small batches, or there are too few steps


def drawn(settings: Config, size: int, seed: int, file: Path) -> None:
    """Writes so many sentences of the config's train, unless that is done."""
    if file.exists():
        return
    train, _ = read_training(settings.data, seed=settings.seed)
    documents = as_documents(train.sentences)
    chosen = tuple(random.Random(seed).sample(documents, min(size, len(documents))))
    file.parent.mkdir(parents=True, exist_ok=True)
    write_splits(
        [Split("train", str(file), chosen, Findings())], [file], Findings(), format="jsonl"
    )


def jobs(options: argparse.Namespace, size: int, seed: int) -> tuple[Job, Job]:
    """The run that begins anew and the one that goes on, on the same sentences."""
    settings = load_config(options.config, options.set)
    data, (corpus, *_) = settings.data, names_of(settings.data.train)
    folder = options.output / Path(corpus).parent / f"{size}-{seed}"
    file = folder / "train.jsonl"
    drawn(settings, size, seed, file)
    fewest, most = EPOCHS
    epochs = max(fewest, min(most, STEPS // size))
    (read, *_) = names_of(data.test or data.dev)
    same = (
        *options.set,
        f"data={{train: {file.resolve()}, dev_share: 0.2, test: {data.path(read).resolve()}}}",
        f"training.epochs={epochs}",
        f"training.patience={epochs}",
        f"training.batch_characters={BATCH}",
        "training.threshold=false",  # of scores: dev is too small for one
    )
    on = (f"init_from={options.model}", *options.tuned)
    return (
        Job("anew", options.config, seed, same, folder / "anew"),
        Job("goes on", options.config, seed, (*same, *on), folder / "on"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path, help="how a model begins anew")
    parser.add_argument("--model", default="standard", help="that the other one goes on from")
    parser.add_argument("--tuned", action="append", default=[], help="a change of the other one")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--set", action="append", default=[], help="a change of both, like a.b=c")
    parser.add_argument("-o", "--output", type=Path, default=Path("runs/fine-tuning"))
    options = parser.parse_args()
    print("| sentences | | P | R | F1 | by seed | seconds, at most |")
    print("|---|---|---|---|---|---|---|")
    for size in options.sizes:
        pairs = [jobs(options, size, seed) for seed in options.seeds]
        for variant in zip(*pairs, strict=True):
            for job in variant:
                run(job)
            found = [figures(job) for job in variant]
            means = (spread([one[key] for one in found]) for key in ("precision", "recall", "f1"))
            seeds = " ".join(f"{one['f1']:.2f}" for one in found)
            seconds = max(one["seconds"] for one in found)
            shown = " | ".join(means)
            print(
                f"| {size:,} | {variant[0].name} | {shown} | {seeds} | {seconds:.0f} |", flush=True
            )


if __name__ == "__main__":
    main()
