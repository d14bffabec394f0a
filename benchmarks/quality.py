"""Test F1 over seeds: of a config, its variants, without its parts; or of the attention family.

    python benchmarks/quality.py configs/resume.yaml --seeds 1 2 3 --against model.attention=none
    python benchmarks/quality.py configs/weibo-plain.yaml --parts --jobs 2
    python benchmarks/quality.py configs/weibo-plain.yaml --seeds 1 2 3 4 5 6 7 8 9 --bags 3
    python benchmarks/quality.py attention --jobs 2

Every run is an ordinary `ner train`: dev chooses the epoch, the test set is read once, at the end.
Runs that are finished in the folder are not repeated; one that was cut off goes on. With several
jobs each has one thread. With ``--bags`` so many seeds, in their order, are measured as one tagger,
too, as `ner bag --seeds` would train it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ner.cli.train import calibrated, test_scores
from ner.config import load_config
from ner.corpus.splits import as_documents, read_training
from ner.evaluation import score
from ner.tagging.bag import write_bag
from ner.tagging.loading import load

KINDS = {
    "none": "none",
    "soft, relative": "{kind: soft, score: relative}",
    "soft, dot": "{kind: soft, score: dot}",
    "soft, scaled_dot": "{kind: soft, score: scaled_dot}",
    "soft, general": "{kind: soft, score: general}",
    "soft, additive": "{kind: soft, score: additive}",
    "soft, cosine": "{kind: soft, score: cosine}",
    "windowed, relative": "{kind: windowed, score: relative}",
    "windowed, dot": "{kind: windowed, score: dot}",
    "sparse, relative": "{kind: sparse, score: relative}",
    "sparse, dot": "{kind: sparse, score: dot}",
    "sparse, relative, α = 2": "{kind: sparse, score: relative, alpha: 2}",
    "location, dot": "{kind: location, score: dot}",
    "location, relative": "{kind: location, score: relative}",
    "hard, relative, gumbel": "{kind: hard, estimator: gumbel}",
    "hard, relative, reinforce": "{kind: hard, estimator: reinforce}",
    "location_hard, relative, gumbel": "{kind: location_hard, estimator: gumbel}",
    "location_hard, relative, reinforce": "{kind: location_hard, estimator: reinforce}",
    "windowed, relative + soft, relative": "[windowed, soft]",
}
ATTENTION = {
    **{name: (f"model.attention={kind}",) for name, kind in KINDS.items()},
    "soft, relative; softmax decoder": ("model.attention=soft", "model.decoder=softmax"),
    "none; seq2seq decoder, additive": ("model.attention=none", "model.decoder=seq2seq"),
}
# Every mechanism has the same short schedule, so that the table can be made in hours on two cores.
WEIBO = ("training.epochs=15", "training.patience=15")
RESUME = ("training.epochs=8", "training.patience=8")
ATTENTION_RUNS = (
    ("configs/weibo.yaml", 1, WEIBO),
    ("configs/resume.yaml", 1, RESUME),
    ("configs/weibo.yaml", 2, WEIBO),
    ("configs/weibo.yaml", 3, WEIBO),
)


TEST = ("precision", "recall", "f1")

# What a recipe is made of: each part's name, and the settings that take it away. Without vectors
# nothing is frozen either: what begins at random has to be learned.
PARTS = {
    "vectors": ("model.embedding.vectors=[]", "model.embedding.frozen=[]"),
    "bigrams": ("features.bigrams=false",),
    "segmentation": ("features.segmentation=false",),
    "parts of speech in the segmentation": ("features.segmentation=true",),
    "lexicon": ("features.lexicon=none",),
    "vectors of the lexicon's words": ("model.embedding.lexicon_size=0",),
    "attention": ("model.attention=none",),
    "moving average": ("training.average=0",),
    "adversarial perturbation": ("training.adversarial=0",),
    "R-Drop": ("training.r_drop=0",),
    "character dropout": ("model.embedding.character_dropout=0",),
    "unknown characters": ("model.embedding.unknown_rate=0",),
    "label smoothing": ("model.decoder={kind: crf, smoothing: 0}",),
    "multi-sample dropout": ("model.multi_sample_dropout=1",),
}


@dataclass(frozen=True)
class Job:
    """One training run."""

    name: str
    config: Path
    seed: int
    changes: tuple[str, ...]
    folder: Path


def run(job: Job, *, threads: int | None = None) -> None:
    """Trains, unless that is done."""
    seconds = job.folder / "seconds.json"
    if seconds.exists():
        return
    began = time.perf_counter()
    command = [sys.executable, "-m", "ner", "train", str(job.config), "-o", str(job.folder)]
    for change in [f"seed={job.seed}", *job.changes]:
        command += ["--set", change]
    environment = dict(os.environ)
    if threads:
        environment["OMP_NUM_THREADS"] = str(threads)
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{job.folder}.log", "w", encoding="utf-8") as log:
        subprocess.run([*command, "--resume"], check=True, stdout=log, stderr=log, env=environment)
    seconds.write_text(json.dumps(round(time.perf_counter() - began, 1)))


def bagged(jobs: Sequence[Job]) -> dict[str, float]:
    """What finished runs that differ in their seed come to as one tagger; kept beside them."""
    folder = jobs[0].folder.parent / ("bag" + "-".join(str(job.seed) for job in jobs))
    known = folder / "figures.json"
    if not known.exists():
        folder.mkdir(exist_ok=True)
        write_bag(folder, [f"../{job.folder.name}" for job in jobs])
        config = load_config(jobs[0].folder / "config.yaml")
        found: dict[str, float] = {}
        if config.data.dev is not None:  # without, each seed holds out other sentences
            dev = as_documents(read_training(config.data, seed=config.seed)[1].sentences)
            calibrated(folder, dev, threshold=config.training.threshold, device="auto")
            found["dev"] = 100 * score(dev, list(load(folder).pipe_documents(dev))).overall.f1
        if config.data.test is not None:
            overall = test_scores(config.data, folder, folder, "auto").overall
            found |= {key: 100 * getattr(overall, key) for key in TEST}
        known.write_text(json.dumps(found))
    return json.loads(known.read_text())


def figures(job: Job) -> dict[str, float]:
    """What a finished run came to."""
    lines = (job.folder / "metrics.jsonl").read_text().splitlines()
    metrics = [json.loads(line) for line in lines]
    best = max(metrics, key=lambda row: row["dev_f1"])
    found = {
        "dev": 100 * best["dev_f1"],
        "epoch": best["epoch"],
        "seconds": json.loads((job.folder / "seconds.json").read_text()),
    }
    test = job.folder / "test.json"
    if test.exists():
        overall = json.loads(test.read_text(encoding="utf-8"))["overall"]
        found |= {key: 100 * overall[key] for key in TEST}
    return found


def spread(values: Sequence[float]) -> str:
    """Mean ± standard deviation, of several."""
    if len(values) == 1:
        return f"{values[0]:.2f}"
    return f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"


def table(jobs: Sequence[Job], bags: int = 0) -> Iterator[str]:
    """A row for each variant of a config, of the runs that are finished; one for its bags."""
    yield f"\n{jobs[0].config}: {load_config(jobs[0].config).data.test or 'no test set'}\n"
    yield "| variant | dev F1 | test P | test R | test F1 | by seed | epochs | seconds, at most |"
    yield "|---|---|---|---|---|---|---|---|"
    finished = [job for job in jobs if (job.folder / "seconds.json").exists()]
    for name in dict.fromkeys(job.name for job in finished):
        own = [job for job in finished if job.name == name]
        rows = [figures(job) for job in own]
        epochs = " ".join(str(row["epoch"]) for row in rows)
        yield f"{_row(name, rows)} {epochs} | {max(row['seconds'] for row in rows):.0f} |"
        groups = [own[start : start + bags] for start in range(0, len(own), bags or len(own))]
        whole = [group for group in groups if bags and len(group) == bags]
        if whole:
            yield f"{_row(f'{name}, bags of {bags}', list(map(bagged, whole)))} | |"


def _row(name: str, rows: Sequence[dict[str, float]]) -> str:
    """Its cells up to the single scores."""
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    shown = " | ".join(spread(columns[key]) if key in columns else "–" for key in ("dev", *TEST))
    each = " ".join(f"{value:.2f}" for value in columns.get("f1", columns.get("dev", [])))
    return f"| {name} | {shown} | {each} |"


def planned(options: argparse.Namespace) -> list[Job]:
    """All runs, in the order in which they are made."""
    if options.what == "attention":
        return [
            Job(
                name,
                Path(config),
                seed,
                (*schedule, *changes),
                options.output / "attention" / Path(config).stem / name / f"seed{seed}",
            )
            for config, seed, schedule in ATTENTION_RUNS
            for name, changes in ATTENTION.items()
            if name not in options.skip
        ]
    config = Path(options.what)
    variants = {"as configured": (), **{change: (change,) for change in options.against}}
    if options.parts is not None:
        variants |= {
            f"without {part}": changes for part, changes in taken_away(config, options.parts)
        }
    return [
        Job(
            name,
            config,
            seed,
            (*options.set, *changes),
            options.output / config.stem / (" ".join(changes) or "default") / f"seed{seed}",
        )
        for name, changes in variants.items()
        for seed in options.seeds
    ]


def taken_away(config: Path, names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parts of a recipe that it has, of those named if some are, and how each is taken away."""
    whole = load_config(config)
    for part, changes in PARTS.items():
        if names and part not in names:
            continue
        if load_config(config, changes) != whole:
            yield part, changes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", help="a config, or `attention`")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--against", action="append", default=[], help="a change, like a.b=c")
    parser.add_argument("--set", action="append", default=[], help="a change of all variants")
    parser.add_argument(
        "--parts", nargs="*", choices=PARTS, help="also without each of these [all]"
    )
    parser.add_argument("--bags", type=int, default=0, help="seeds that are one tagger, too")
    parser.add_argument("--jobs", type=int, default=1, help="runs side by side")
    parser.add_argument("--skip", nargs="+", default=[], help="variants of `attention`, by name")
    parser.add_argument("--no-runs", action="store_true", help="the table of finished runs only")
    parser.add_argument("-o", "--output", type=Path, default=Path("runs/quality"))
    options = parser.parse_args()
    jobs = planned(options)
    if not options.no_runs:
        with ThreadPoolExecutor(options.jobs) as pool:
            threads = 1 if options.jobs > 1 else None
            list(pool.map(lambda job: run(job, threads=threads), jobs))
    for config in dict.fromkeys(job.config for job in jobs):
        own = [job for job in jobs if job.config == config]
        print("\n".join(table(own, options.bags)), flush=True)


if __name__ == "__main__":
    main()
