"""Microseconds a character from emissions to entities with scores, on one core.

    OMP_NUM_THREADS=1 python benchmarks/decoding_speed.py

Emissions are random, in batches as a tagger makes them: 4,096 characters in sentences of 42 to 48.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ner.calibration import UNCHANGED
from ner.lattice import CLOSED, Lattice, Transitions
from ner.model.decoders.rules import Rules
from ner.tagging.spans import Reading, SpanFinder
from ner.tags import tag_set

SENTENCES, ROUNDS = 91, 100


def batch(scheme: str) -> tuple[list[str], np.ndarray, np.ndarray, Transitions]:
    """Tags, emissions, lengths and a chain, with an entity every 25 characters or so."""
    tags, generator = tag_set(["LOC", "ORG", "PER"], scheme=scheme), np.random.default_rng(0)
    rules = Rules.of(tags, scheme)
    lengths = generator.integers(42, 49, SENTENCES)
    emissions = generator.normal(size=(SENTENCES, lengths.max(), len(tags))).astype(np.float32)
    emissions = emissions * 2
    emissions[..., 0] += 7.5 if scheme == "BIO" else 3.5
    parts = [
        np.where(part, generator.normal(size=part.shape), CLOSED)
        for part in (rules.start, rules.end, rules.between)
    ]
    return tags, emissions, lengths, Transitions(*parts, rules.continues)


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of many rounds: other work on the machine only adds to them."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def row(scheme: str) -> str:
    """The figures of a scheme."""
    tags, emissions, lengths, chain = batch(scheme)
    texts = ["字" * length for length in lengths]
    reading, find = Reading(tags, UNCHANGED), SpanFinder(tags)
    lattice = Lattice(emissions, lengths, chain)
    entities = len(find(lattice.path, lengths).starts)
    path = fastest(lambda: Lattice(emissions, lengths, chain).path)
    whole = fastest(lambda: reading.entities(texts, Lattice(emissions, lengths, chain)))
    began = time.perf_counter()
    lattice.n_best(5)
    best = time.perf_counter() - began
    figures = [1e6 * seconds / lengths.sum() for seconds in (path, whole, best)]
    head = f"{scheme:6s}  {len(tags):4d}  {entities:8d}"
    return f"{head}  {figures[0]:9.2f}  {figures[1]:25.2f}  {figures[2]:12.1f}"


def main() -> None:
    print("scheme  tags  entities  best path  + spans, scores, entities  5 best paths")
    for scheme in ("BIO", "BIOES"):
        print(row(scheme))


if __name__ == "__main__":
    main()
