"""From inputs to vectors: read and cut once, then a training for each table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from ner.errors import CorpusError
from ner.features.vector_file import Stored
from ner.formats import Findings
from ner.formats.raw import Inputs
from ner.storage import temporary_folder
from ner.vectors.plan import Plan, normaliser
from ner.vectors.tokens import Tokens, cut_texts
from ner.vectors.word2vec import train, version
from ner.version import __version__

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Made:
    """A table of vectors, and what it was made from.

    Args:
        stored: names, vectors and counts.
        tokens: how many names were read, rare ones included.
        missing: by how many a count may be too low.
        seconds: of the training alone.
    """

    stored: Stored
    tokens: int
    missing: int
    seconds: float

    @property
    def covered(self) -> float:
        """The share of what was read whose name has a vector."""
        counts = self.stored.counts
        return 0.0 if counts is None else float(counts.sum()) / self.tokens


def make_vectors(
    inputs: Inputs, plan: Plan, findings: Findings, ended: Callable[[str], None]
) -> list[Made]:
    """The tables of the plan.

    Args:
        inputs: are read once, a record at a time.
        plan: which tables, and how.
        findings: gains what was repaired or skipped.
        ended: is told of the end of every epoch: the table's name.

    Raises:
        ConfigError: the format is unknown.
        CorpusError: an input cannot be read, there is no text in it, or no name is frequent enough.
    """
    version()  # known to be there before an hour of reading
    raw = inputs.texts(findings, purpose="vectors")
    normalise = normaliser(plan.normalise).text
    with temporary_folder("vectors") as folder:
        texts = map(normalise, raw)
        tokens = cut_texts(texts, {table: plan.least(table) for table in plan.tables}, folder)
        _refuse_nothing(tokens, plan, inputs.name)
        return [_made(table, one, plan, ended) for table, one in tokens.items()]


def about(inputs: Inputs, plan: Plan) -> dict[str, Any]:
    """What a file of vectors says of its making."""
    return {
        "format_version": FORMAT_VERSION,
        "made_by": f"zhuyi-ner {__version__}, gensim {version()}",
        "sources": [str(path) for path in inputs.paths],
        "normalise": list(plan.normalise),
        "window": plan.window,
        "min_count": {table: plan.least(table) for table in plan.tables},
        "skip_gram": {table: plan.skips(table) for table in plan.tables},
        "epochs": plan.epochs,
        "workers": plan.workers,
        "seed": plan.seed,
    }


def _refuse_nothing(tokens: dict[str, Tokens], plan: Plan, name: str) -> None:
    """Makes sure that there is something to train in every table."""
    if not any(one.total for one in tokens.values()):
        raise CorpusError("there is no text in it", path=name)
    for table, one in tokens.items():
        if not one.counts:
            why = f"none of {one.total:,} {table} occurs {plan.least(table):,} times or more"
            hint = f"--min-count {table}=1 takes all, --no-{table} makes none"
            raise CorpusError(f"{why}; {hint}", path=name)


def _made(table: str, tokens: Tokens, plan: Plan, ended: Callable[[str], None]) -> Made:
    began = perf_counter()
    rows = train(tokens, plan, skip_gram=plan.skips(table), ended=lambda: ended(table))
    seconds = perf_counter() - began
    tokens.path.unlink()
    counts = np.fromiter(tokens.counts.values(), dtype=np.int64, count=len(tokens.counts))
    stored = Stored(table, list(tokens.counts), rows.astype(np.float16), counts)
    return Made(stored, tokens.total, tokens.missing, seconds)
