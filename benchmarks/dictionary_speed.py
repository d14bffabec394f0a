"""What a dictionary costs: seconds to load it, and microseconds a character while tagging.

    python benchmarks/dictionary_speed.py TEXT [--entries 100000] [--mode force]

Half of the entries are stretches of ``--shortest`` to six characters out of the text behind what is
tagged, half are random, so some match and most do not. The text, plain or .xz, is tagged a line at
a time in groups as ``Tagger.pipe`` makes them. Instead of a model there is a chain of random
scores, so that what is measured is the dictionary: ``find`` is matches and precedence, ``obey`` all
that a tagger does more than without a dictionary. Seconds of the core; the best of several counts.
"""

from __future__ import annotations

import argparse
import lzma
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from ner.features.batch import Batch
from ner.features.channels import Characters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import Featurizer
from ner.lattice import Lattice, Transitions
from ner.settings import FeatureSettings
from ner.tagging.dictionary import Dictionary
from ner.tagging.dictionary.choice import Ranks, chosen
from ner.tagging.dictionary.finding import Finder
from ner.tagging.tagger import Tagger
from ner.tags import continues, legal, tag_set

TURNS = 5
LABELS = ("PER", "LOC", "ORG")
HAN = [chr(code) for code in range(0x4E00, 0x9FA0)]


def main() -> None:
    """Times loading, finding and tagging, and prints a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=200_000, help="tag so many")
    parser.add_argument("--shortest", type=int, default=3, help="characters of an entry")
    parser.add_argument("--mode", default="force")
    options = parser.parse_args()
    text, more = read(options.text, options.characters)
    texts = text.splitlines()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.tsv"
        path.write_text(
            "\n".join(entries(more, options.entries, options.shortest)) + "\n", encoding="utf-8"
        )
        tagger = plain()
        began = time.process_time()
        dictionary = Dictionary.read(path, options.mode)
        guided = tagger.with_dictionary(dictionary)
        guided("一")
        print(f"load      {time.process_time() - began:8.2f} s for {len(dictionary):,} entries")
    report(texts, dictionary, guided)


def report(texts: list[str], dictionary: Dictionary, guided: Tagger) -> None:
    """Prints the microseconds a character."""
    characters = sum(map(len, texts))
    find, ranks = Finder(dictionary, guided.featurizer.normalise), Ranks.of(dictionary)
    groups = [texts[at : at + 700] for at in range(0, len(texts), 700)]
    tagger = plain()
    counts: list[int] = []

    def search() -> None:
        counts[:] = [len(chosen(find(group), ranks)) for group in groups]

    works = {
        "find": search,
        "without": lambda: list(tagger.pipe(texts)),
        "with": lambda: list(guided.pipe(texts)),
    }
    best = {name: min(seconds(work) for _ in range(TURNS)) for name, work in works.items()}
    for name, own in best.items():
        print(f"{name:9} {1e6 * own / characters:8.3f} µs a character")
    print(f"obey      {1e6 * (best['with'] - best['without']) / characters:8.3f} µs a character")
    print(f"{sum(counts):,} matches that count in {characters:,} characters")


def read(path: Path, characters: int) -> tuple[str, str]:
    """What is tagged, and what stands behind it."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as stream:
        return stream.read(characters), stream.read(20 * characters)


def entries(text: str, count: int, shortest: int) -> list[str]:
    """Lines of a dictionary."""
    rng = random.Random(0)
    words: dict[str, None] = {}
    while len(words) < count:
        size = rng.randint(shortest, 6)
        if len(words) % 2:
            at = rng.randrange(len(text) - size)
            word = text[at : at + size]
        else:
            word = "".join(rng.choices(HAN, k=size))
        if word.isalpha():
            words[word] = None
    return [f"{word}\t{rng.choice(LABELS)}" for word in words]


def plain() -> Tagger:
    """A tagger of random scores, which favour no entity, in windows of 256 characters."""
    tags = tag_set(LABELS, scheme="BIOES")
    rng = np.random.default_rng(0)
    emitted = rng.normal(size=(7919, len(tags)))
    emitted[:, 0] += 4
    closed = [
        [0.0 if legal(a, b, scheme="BIOES") else -1e4 for b in (*tags, None)] for a in (None, *tags)
    ]
    scores = np.array(closed)
    follows = np.array([[a != "O" != b and continues(a, b) for b in tags] for a in tags])
    chain = Transitions(scores[0, :-1], scores[1:, -1], scores[1:, :-1], follows)

    def decoded(batch: Batch) -> Lattice:
        numbers = batch.rows["characters"] % len(emitted)
        return Lattice(emitted[numbers], batch.lengths, chain)

    settings = FeatureSettings(normalise=["width", "case"])
    channels = {"characters": Characters(Vocabulary(HAN))}
    return Tagger(Featurizer(settings, channels, {}), tags, decoded)


def seconds(work: object) -> float:
    """How much of the core a function takes."""
    began = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - began


if __name__ == "__main__":
    main()
