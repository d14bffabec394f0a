"""spaCy's zh pipeline with a character segmenter and ner, trained by spaCy's own command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ner.benchmark.passes import Span, Tag
from ner.benchmark.worker import Request, serve

BEST = "model-best"


def train(corpus: Path, folder: Path, *, limit: int, steps: int) -> None:
    for split in ("train", "dev"):
        _write(corpus / f"{split}.jsonl", folder / f"{split}.spacy", limit=limit)
    config = str(folder / "config.cfg")
    run = [sys.executable, "-m", "spacy"]
    init = ["init", "config", config, "--lang", "zh", "--pipeline", "ner", "--force"]
    subprocess.run([*run, *init, "--optimize", "efficiency"], check=True)
    paths = [f"--paths.{split}={folder / split}.spacy" for split in ("train", "dev")]
    often = f"--training.eval_frequency={max(1, min(200, steps // 2))}"
    steps_ = f"--training.max_steps={steps}"
    subprocess.run([*run, "train", config, "-o", str(folder), *paths, often, steps_], check=True)


def _write(source: Path, target: Path, *, limit: int) -> None:
    """A corpus as spaCy reads it; a span that overlaps another is left out, and counted."""
    import spacy
    from spacy.tokens import DocBin
    from spacy.util import filter_spans

    nlp, docs, lost = spacy.blank("zh"), DocBin(), 0
    with open(source, encoding="utf-8") as file:
        for row in map(json.loads, islice(file, limit or None)):
            doc = nlp.make_doc(row["text"])
            spans = [doc.char_span(e["start"], e["end"], e["label"]) for e in row["entities"]]
            doc.ents = filter_spans([span for span in spans if span is not None])
            lost += len(spans) - len(doc.ents)
            docs.add(doc)
    docs.to_disk(target)
    print(f"{source}: {len(docs)} sentences, {lost} entities left out")


def load(request: Request) -> Tag:
    import spacy

    nlp = spacy.load(Path(request["folder"]) / BEST)

    def tag(texts: Sequence[str]) -> Iterator[list[Span]]:
        for doc in nlp.pipe(texts):
            yield [(one.start_char, one.end_char, one.label_) for one in doc.ents]

    return tag


if __name__ == "__main__":
    if len(sys.argv) > 1:
        corpus, folder, limit, steps = sys.argv[1:]
        train(Path(corpus), Path(folder), limit=int(limit), steps=int(steps))
    else:
        serve(load)
