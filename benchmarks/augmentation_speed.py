"""Sentences a second that each kind of augmentation changes at its default rate.

    python benchmarks/augmentation_speed.py $NER_CORPORA/weibo/weiboNER_2nd_conll.train

What the kinds draw from is built anew each time; `words` draws from the mentions of the file
itself. The best of several turns, one thread.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from ner.corpus.augmentation import AUGMENTATIONS
from ner.corpus.augmentation.copies import augment
from ner.formats import Findings
from ner.formats.reading import read_path
from ner.settings import AugmentationSettings

TURNS = 5


def main() -> None:
    """Times every kind of the table, and prints a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpus", type=Path, help="an annotated file")
    documents = list(read_path(parser.parse_args().corpus, Findings()))
    sentences = sum(len(document.sentences) for document in documents)
    with tempfile.TemporaryDirectory() as folder:
        mentions = {(one.text, one.label) for document in documents for one in document.entities}
        words = "".join(f"{text}\t{label}\n" for text, label in sorted(mentions))
        (Path(folder) / "words.tsv").write_text(words, encoding="utf-8")
        for kind in AUGMENTATIONS:
            file = {"file": "words.tsv"} if kind == "words" else {}
            settings = AugmentationSettings.model_validate({"kinds": [{"kind": kind, **file}]})
            seconds = []
            for _ in range(TURNS):
                began = time.perf_counter()
                augment(documents, settings, seed=1, root=Path(folder))
                seconds.append(time.perf_counter() - began)
            print(f"{kind:12} {sentences / min(seconds):10,.0f} sentences/s", flush=True)


if __name__ == "__main__":
    main()
