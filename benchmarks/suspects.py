"""Errors planted into a corpus's annotation, and how many `ner check --suspects` has in front.

    python benchmarks/suspects.py configs/resume.yaml --folds 4 --share 0.05

Of the config's train a share of the entities is annotated wrongly (``planting.py``), a bag is
trained on that, and its suspects are ranked in several ways: a suspect is right if it touches an
error. Errors that the corpus has of itself count as wrong ones.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import log
from pathlib import Path

import numpy as np
from planting import PLANTS, Planted, plant

from ner.cli.bag import made
from ner.config import load_config
from ner.corpus.splits import Split, read_split, write_splits
from ner.formats import Findings
from ner.tagging.loading import Loading
from ner.tagging.suspects import LEAST, Panel, Suspect, suspects

Ranking = Callable[[Suspect], float]
RANKINGS: dict[str, Ranking] = {
    "score: log p(found)/p(annotated) / (10 + characters)": lambda one: one.score,
    "log p(found)/p(annotated)": lambda one: log(one.found / max(one.annotated, LEAST)),
    "1 − p(annotated)": lambda one: -one.annotated,
    "p(found)": lambda one: one.found,
    "p(found) − p(annotated)": lambda one: one.found - one.annotated,
}
PARTS = (0.25, 0.5, 1, 2)  # of the number planted, are looked at


def table(found: Sequence[Suspect], planted: Sequence[Planted], entities: int) -> Iterator[str]:
    """Precision of the first suspects by ranking, and how many of the errors are among the first
    as there are errors."""
    wrong = {one.document: one for one in planted}
    count = len(planted)
    places = [max(1, round(part * count)) for part in PARTS]
    yield f"| order | {' | '.join(f'first {n}' for n in places)} | errors in the first {count} |"
    yield "|---" * (len(places) + 2) + "|"
    shuffled = [found[place] for place in np.random.default_rng(1).permutation(len(found))]
    orders = {name: sorted(found, key=lambda one: -key(one)) for name, key in RANKINGS.items()}
    for name, order in {**orders, "suspects at random": shuffled}.items():
        shares = [np.mean([_hits(one, wrong) for one in order[:n]]) for n in places]
        within = len({one.document for one in order[:count] if _hits(one, wrong)}) / count
        yield _row(name, [*shares, within])
    yield _row("entities at random", [count / entities] * (len(places) + 1))


def by_kind(found: Sequence[Suspect], planted: Sequence[Planted]) -> Iterator[str]:
    """How many errors of each kind are among the first suspects, and among all."""
    wrong = {one.document: one for one in planted}
    yield f"| planted | errors | in the first {len(planted)} | in all {len(found)} |"
    yield "|---|---|---|---|"
    met = [
        Counter(
            wrong[number].kind for number in {one.document for one in part if _hits(one, wrong)}
        )
        for part in (found[: len(planted)], found)
    ]
    for kind in PLANTS:
        total = sum(one.kind == kind for one in planted)
        shares = " | ".join(f"{100 * part[kind] / total:.1f} %" for part in met)
        yield f"| {kind} | {total} | {shares} |"


def _row(name: str, shares: Sequence[float]) -> str:
    return f"| {name} | {' | '.join(f'{100 * share:.1f} %' for share in shares)} |"


def _hits(one: Suspect, wrong: dict[int, Planted]) -> bool:
    """Whether a suspect touches the error of its document."""
    error = wrong.get(one.document)
    return error is not None and one.start < error.end and error.start < one.end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--set", action="append", default=[], help="as of ner train")
    parser.add_argument("--share", type=float, default=0.05, help="of the entities")
    parser.add_argument("--seed", type=int, default=1, help="of the errors")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    config = load_config(options.config, options.set)
    train = read_split("train", config.data.paths(config.data.train), config.data)
    documents, planted = plant(train.documents, share=options.share, seed=options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        split = Split("train", train.path, tuple(documents), Counter())
        write_splits([split], [folder / "train.jsonl"], Findings(), format="jsonl")
        data = {"root": temporary, "train": "train.jsonl", "dev": None, "test": None}
        data |= {"format": "jsonl", "position_digits": None}
        settings = config.model_copy(update={"data": config.data.model_copy(update=data)})
        bag = folder / "bag"
        how = {"device": options.device, "resume": False, "force": False}
        crossed = made(settings, bag, folds=options.folds, **how)
        found = suspects(documents, Panel.open([bag], Loading(options.device)))
    entities = sum(len(one.entities) for one in documents)
    said = f"{len(planted)} errors in {entities:,} entities; F1 of what is found in the held-out"
    print(f"{said} fold, against them: {100 * crossed.overall.f1:.2f}\n")
    print("\n".join([*table(found, planted, entities), "", *by_kind(found, planted)]))


if __name__ == "__main__":
    main()
