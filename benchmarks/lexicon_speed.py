"""Characters a second in which the words of jieba's dictionary are found, on one core.

    python benchmarks/lexicon_speed.py TEXT

The file, text or text as .xz, is cut into sentences; those that hold its first characters are
matched one by one, as training does, and in batches, as tagging does. ``find`` is the tree of
words alone; ``match`` is all that a lexicon gives: entries, slots and weights. All take turns; the
best of several times counts, in seconds of the core, so that what else runs on the machine counts
little.
"""

from __future__ import annotations

import argparse
import lzma
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ner.features.lexicon import Lexicon
from ner.features.texts import Texts
from ner.features.word_lists import lexicon_words
from ner.sentences import sentence_spans
from ner.settings import LexiconSettings

TURNS = 7


def main() -> None:
    """Times both, and prints a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("--characters", type=int, default=300_000, help="match so many")
    options = parser.parse_args()
    texts = list(sentences(options.text, options.characters))
    characters = sum(map(len, texts))
    words = lexicon_words(LexiconSettings(), root=Path(), normalise=str)
    began = time.process_time()
    lexicon = Lexicon.fitted(words, texts)
    alone = [Texts.of([text]) for text in texts]
    batches = [Texts.of(texts[place : place + 100]) for place in range(0, len(texts), 100)]
    lexicon(alone[0])  # builds its tree
    print(f"{len(lexicon):,} words counted in {time.process_time() - began:.1f} s")
    print(f"{len(texts):,} sentences of {characters / len(texts):.1f} characters")
    works: dict[str, tuple[Callable[[Texts], object], list[Texts]]] = {
        "find, one by one": (lambda one: lexicon.trie(one.codes), alone),
        "match, one by one": (lexicon, alone),
        "find, batches": (lambda one: lexicon.trie(one.codes), batches),
        "match, batches": (lexicon, batches),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(TURNS):
        for name, work in works.items():
            times[name].append(seconds(*work))
    for name, own in times.items():
        print(f"{name:18}{characters / min(own):12,.0f} characters/s")


def sentences(path: Path, characters: int) -> Iterator[str]:
    """The sentences of a text that hold its first characters."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as stream:
        text = stream.read(characters)
    for start, end in sentence_spans(text):
        yield text[start:end]


def seconds(work: Callable[[Texts], object], texts: list[Texts]) -> float:
    """How much of the core a function takes for all texts."""
    began = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - began


if __name__ == "__main__":
    main()
