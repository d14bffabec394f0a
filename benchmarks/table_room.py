"""What fewer names, or fewer bits of each, cost a model that was trained with all of them.

    python benchmarks/table_room.py runs/msra msra/dev.bio --bigrams 60000 --bits 8 4

The files count from $NER_CORPORA. Names beyond a limit are unknown to the model then, the rarer
first; numbers of bigrams and of words are rounded to so many bits. Strict F1 of each.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch

import ner
from ner.document import Document
from ner.evaluation import score
from ner.features.channels import Bigrams
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import BIGRAMS, Featurizer
from ner.features.lexicon import Lexicon
from ner.features.names import Names
from ner.features.trie import Trie
from ner.formats import Findings
from ner.formats.reading import read_path
from ner.model.embedding.rounded import stepped
from ner.model.embedding.table import Table
from ner.tagging.runtimes import TorchRuntime
from ner.tagging.tagger import Tagger

ROUNDED = ("bigrams", "lexicon")  # the tables of many names


def fewer_bigrams(featurizer: Featurizer, most: int) -> Featurizer:
    """A featurizer that knows so many bigrams."""
    channel = featurizer.channels[BIGRAMS]
    assert isinstance(channel, Bigrams)
    own = channel.vocabulary
    names = own.names[:most]
    channels = {BIGRAMS: Bigrams(Vocabulary(names, min(own.learned, len(names))))}
    return _of(featurizer, {**featurizer.channels, **channels}, featurizer.lexicon)


def fewer_words(featurizer: Featurizer, most: int) -> Featurizer:
    """A featurizer that knows so many words of its lexicon."""
    own = featurizer.lexicon
    assert own is not None
    trie = Trie.of(Names.of(own.words[:most]))
    known = min(own.known, most)
    lexicon = Lexicon(trie, own.kinds[:most], own.names, own.counts[:most], known)
    return _of(featurizer, featurizer.channels, lexicon)


def _of(featurizer: Featurizer, channels: dict, lexicon: Lexicon | None) -> Featurizer:
    script = featurizer.normalise.script
    return Featurizer(featurizer.settings, channels, script, lexicon, featurizer.tokeniser)


@contextmanager
def rounded(network: torch.nn.Module, bits: int) -> Iterator[None]:
    """The large tables' numbers in so many bits, a scale a row, until the end of the block."""
    before = []
    for name, table in network.named_modules():
        if isinstance(table, Table) and any(one in name for one in ROUNDED):
            for rows in (table.learned.weight.data, table.kept):
                before.append((rows, rows.clone()))
                most = 2 ** (bits - 1) - 1
                scales = rows.float().abs().amax(dim=1, keepdim=True) / most
                rows.copy_(stepped(rows.float(), scales, most) * scales)
    try:
        yield
    finally:
        for rows, own in before:
            rows.copy_(own)


def row(name: str, tagger: Tagger, texts: Sequence[Sequence[Document]]) -> str:
    scores = [score(gold, list(tagger.pipe_documents(gold))).overall for gold in texts]
    return f"| {name} | {' | '.join(f'{100 * one.f1:.2f}' for one in scores)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--bigrams", nargs="*", type=int, default=[60000, 150000])
    parser.add_argument("--words", nargs="*", type=int, default=[50000])
    parser.add_argument("--bits", nargs="*", type=int, default=[8, 4, 3])
    options = parser.parse_args()
    root = Path(os.environ.get("NER_CORPORA", "corpora"))
    texts = [list(read_path(root / name, Findings())) for name in options.files]
    own = ner.load(options.model, device="cpu", runtime="torch")
    assert isinstance(own.runtime, TorchRuntime)

    def reading(featurizer: Featurizer) -> Tagger:
        return Tagger(featurizer, own.tags, own.runtime)

    print(f"| | {' | '.join(options.files)} |\n|---|{'---|' * len(texts)}")
    print(row("all", own, texts), flush=True)
    for most in options.bigrams:
        print(row(f"{most:,} bigrams", reading(fewer_bigrams(own.featurizer, most)), texts))
    for most in options.words:
        print(row(f"{most:,} words", reading(fewer_words(own.featurizer, most)), texts))
    for bits in options.bits:
        with rounded(own.runtime.network, bits):
            print(row(f"{bits} bits", own, texts), flush=True)


if __name__ == "__main__":
    main()
