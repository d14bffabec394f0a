"""sklearn-crfsuite over windows of characters, trained on the corpus."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ner.benchmark.passes import Span, Tag
from ner.benchmark.worker import Request, serve
from ner.tags import decode, encode

MODEL = "model.crfsuite"
PUNCTUATION = set("，。、；：？！“”‘’（）《》〈〉【】—…·,.;:?!\"'()[]<>-")
AROUND = 2  # characters to each side
PADDING = ["<>"] * AROUND


def features(text: str) -> list[list[str]]:
    """Of each character: itself and those around, the pairs of neighbours, digit, punctuation."""
    padded = [*PADDING, *text, *PADDING]
    kinds = ["d" if one.isdigit() else "p" if one in PUNCTUATION else "o" for one in padded]
    rows = []
    for place in range(AROUND, AROUND + len(text)):
        before2, before, own, after, after2 = padded[place - AROUND : place + AROUND + 1]
        rows.append(
            [
                f"-2={before2}",
                f"-1={before}",
                f"0={own}",
                f"1={after}",
                f"2={after2}",
                f"-2-1={before2}{before}",
                f"-10={before}{own}",
                f"01={own}{after}",
                f"12={after}{after2}",
                f"kinds={kinds[place - 1]}{kinds[place]}{kinds[place + 1]}",
            ]
        )
    return rows


def train(corpus: Path, folder: Path, *, limit: int) -> None:
    from sklearn_crfsuite import CRF

    with open(corpus / "train.jsonl", encoding="utf-8") as file:
        rows = [json.loads(line) for line in islice(file, limit or None)]
    rows = [row for row in rows if row["text"]]
    spans = [[(e["start"], e["end"], e["label"]) for e in row["entities"]] for row in rows]
    encoded = [encode(own, len(row["text"])) for own, row in zip(spans, rows, strict=True)]
    print(f"{len(rows)} sentences, {sum(lost for _, lost in encoded)} entities left out")
    crf = CRF(
        algorithm="lbfgs",
        c1=0.1,
        c2=0.1,
        max_iterations=100,
        all_possible_transitions=True,
        model_filename=str(folder / MODEL),
    )
    crf.fit([features(row["text"]) for row in rows], [tags for tags, _ in encoded])


def load(request: Request) -> Tag:
    from sklearn_crfsuite import CRF

    crf = CRF(model_filename=str(Path(request["folder"]) / MODEL))

    def tag(texts: Sequence[str]) -> Iterator[list[Span]]:
        for text in texts:
            yield list(decode(list(crf.predict_single(features(text))))) if text else []

    return tag


if __name__ == "__main__":
    if len(sys.argv) > 1:
        train(Path(sys.argv[1]), Path(sys.argv[2]), limit=int(sys.argv[3]))
    else:
        serve(load)
