"""Whether a model's graph says what its network says, and what 8 and 4 bits cost.

    python benchmarks/runtimes.py runs/msra msra/train.bio msra/dev.bio msra/test.bio

The files count from $NER_CORPORA. The model is exported into a folder of its own, exactly, in 8
bits, and in 8 bits with large tables in 4. Of every sentence that fits a window emissions and tags
are compared, of every file strict F1.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import ner
from ner.document import Document
from ner.evaluation import score
from ner.export.export import export
from ner.export.quantisation import QUANTISATIONS
from ner.formats import Findings
from ner.formats.reading import read_path
from ner.lattice import Lattice
from ner.tagging.pieces import Piece
from ner.tagging.tagger import Tagger

AT_ONCE = 64  # sentences


def compared(network: Tagger, graph: Tagger, texts: Sequence[str]) -> Iterator[tuple[float, int]]:
    """For each batch how far emissions are apart, and how many sentences have other tags."""
    ordered = sorted(texts, key=len)
    for start in range(0, len(ordered), AT_ONCE):
        pieces = [Piece(text, "") for text in ordered[start : start + AT_ONCE]]
        one, other = network.decoded(pieces), graph.decoded(pieces)
        assert isinstance(one, Lattice) and isinstance(other, Lattice)
        pairs = zip(one.tags, other.tags, strict=True)
        gap = float(np.abs(one.emissions - other.emissions).max())
        yield gap, sum(mine != theirs for mine, theirs in pairs)


def f1(tagger: Tagger, gold: Sequence[Document]) -> float:
    return 100 * score(gold, list(tagger.pipe_documents(gold))).overall.f1


def row(name: str, network: Tagger, graphs: Sequence[Tagger]) -> str:
    path = Path(os.environ.get("NER_CORPORA", "corpora")) / name
    gold = list(read_path(path, Findings()))
    size = network.featurizer.settings.max_length
    texts = [one.text for document in gold for one in document.sentences]
    texts = [text for text in texts if 0 < len(text) <= size]
    found = list(compared(network, graphs[0], texts))
    apart, other = max(gap for gap, _ in found), sum(count for _, count in found)
    figures = [f1(tagger, gold) for tagger in (network, *graphs)]
    shown = " | ".join(f"{figure:.2f}" for figure in figures)
    return f"| {name} | {len(texts):,} | {apart:.1e} | {other} | {shown} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in QUANTISATIONS]
        for place in places:
            export(options.model, place, quantize=place.name)
        network = ner.load(options.model, device="cpu", runtime="torch")
        graphs = [ner.load(place, runtime="onnx") for place in places]
        print("| file | sentences | emissions apart | other tags | F1 torch | onnx | int8 | int4 |")
        print("|---|---|---|---|---|---|---|---|")
        for name in options.files:
            print(row(name, network, graphs), flush=True)


if __name__ == "__main__":
    main()
