"""What stands between a model and a perfect score: errors by kind, of seen and unseen mentions.

    python benchmarks/error_analysis.py runs/quality/weibo-plain/default/seed*
    python benchmarks/error_analysis.py runs/msra-robust --file longer.jsonl

A run's model tags the test (or dev) set of its config, or another annotated file: what
`ner perturb` has made of a set, say. The kinds are those of docs/evaluation.md. A mention is seen
if train annotates the same text with the same label.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import ner
from ner.config import load_config
from ner.corpus.splits import Split, read_files, read_split
from ner.document import Document, Entity
from ner.evaluation.kinds import BOTH, BOUNDARY, MISSED, RIGHT, TYPE, matches
from ner.evaluation.pairs import pairs
from ner.formats import ReadOptions
from ner.settings import Config

KINDS = (RIGHT, TYPE, BOUNDARY, BOTH, MISSED)
SIGHTS = ("seen", "seen under another label", "unseen")


class Sights:
    """Whether train has shown a mention."""

    def __init__(self, train: Iterable[Document]) -> None:
        entities = [entity for document in train for entity in document.entities]
        self._pairs = {(entity.text, entity.label) for entity in entities}
        self._texts = {entity.text for entity in entities}

    def of(self, entity: Entity) -> str:
        if (entity.text, entity.label) in self._pairs:
            return SIGHTS[0]
        return SIGHTS[1] if entity.text in self._texts else SIGHTS[2]


def rows(runs: Sequence[Path], sights: Sights, judged: Split) -> Iterator[str]:
    """The table: a row for each sight, columns of kinds, means over the runs."""
    found: Counter[tuple[str, str]] = Counter()
    extra = 0
    for run in runs:
        tagged = ner.load(run).pipe_documents(judged.documents)
        for pair in pairs(judged.documents, list(tagged)):
            for one in matches(pair):
                extra += one.gold is None
                if one.gold is not None:
                    found[sights.of(one.gold), one.kind] += 1
    yield f"| mention | entities | {' | '.join(KINDS)} |"
    yield "|---" * (len(KINDS) + 2) + "|"
    for sight in SIGHTS:
        total = sum(found[sight, one] for one in KINDS)
        shares = " | ".join(f"{100 * found[sight, one] / max(total, 1):.1f} %" for one in KINDS)
        yield f"| {sight} | {total / len(runs):.0f} | {shares} |"
    yield f"\nInvented: {extra / len(runs):.1f} entities a run, of {len(runs)} run(s)."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--file", type=Path, help="another annotated file instead")
    options = parser.parse_args()
    config: Config = load_config(options.runs[0] / "config.yaml")
    data = config.data
    train = read_split("train", data.paths(data.train), data)
    if options.file is not None:
        judged = read_files("file", [options.file], format="auto", options=ReadOptions())
    elif getattr(data, options.split) is None:
        sys.exit(f"{options.runs[0] / 'config.yaml'}: data.{options.split}: names no file")
    else:
        judged = read_split(options.split, data.paths(getattr(data, options.split)), data)
    print("\n".join(rows(options.runs, Sights(train.documents), judged)))


if __name__ == "__main__":
    main()
