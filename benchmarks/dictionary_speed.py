"""What a dictionary costs: seconds to load it, and its share of the time that tagging takes.

    python benchmarks/dictionary_speed.py TEXT MODEL [--entries 100000] [--mode force]

Half of the entries are stretches of ``--shortest`` to six characters out of the text behind what is
tagged, half are random, so some match and most do not. The text, plain or .xz, is tagged a line at
a time, with and without the dictionary by turns. All times are of the processor, by one thread, so
they hold on a busy machine; the least of several counts. ``find`` is matches and precedence alone.
"""

from __future__ import annotations

import argparse
import lzma
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from timing import seconds

from ner import Dictionary, load
from ner.tagging.dictionary.choice import chosen
from ner.tagging.dictionary.finding import Finder
from ner.tagging.dictionary.rule_table import RuleTable
from ner.tagging.tagger import Tagger

HAN = [chr(code) for code in range(0x4E00, 0x9FA0)]
MODES = ("force", "prefer", "fill", "forbid")


def main() -> None:
    """Times loading, finding and tagging, and prints a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("model", type=Path, help="a model folder; exported, by ONNX Runtime")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=200_000, help="tag so many")
    parser.add_argument("--shortest", type=int, default=3, help="characters of an entry")
    parser.add_argument("--mode", action="append", choices=MODES, help="may be repeated [all]")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    text, more = read(options.text, options.characters)
    tagger = load(options.model, device="cpu", threads=1)
    words = entries(more, options.entries, options.shortest, tagger.labels)
    guided = {mode: loaded(tagger, words, mode) for mode in options.mode or MODES}
    report(text.splitlines(), tagger, guided, options.turns)


def loaded(tagger: Tagger, words: list[str], mode: str) -> Tagger:
    """A tagger that obeys a file of these lines, with the seconds until its first text printed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.tsv"
        path.write_text("\n".join(words) + "\n", encoding="utf-8")
        tagger("一")
        began = time.process_time()
        guided = tagger.with_dictionary(Dictionary.read(path, mode))
        guided("一")
        print(f"load {mode:8} {time.process_time() - began:6.2f} s for {len(words):,} entries")
    return guided


def report(texts: list[str], tagger: Tagger, guided: dict[str, Tagger], turns: int) -> None:
    """Prints the microseconds a character, and what each mode adds."""
    works: dict[str, Callable[[], object]] = {"without": lambda: list(tagger.pipe(texts))}
    for mode, one in guided.items():
        works[mode] = lambda one=one: list(one.pipe(texts))  # type: ignore[misc]
    search = searching(texts, next(iter(guided.values())))
    works["find"] = search
    rounds = [{name: seconds(work) for name, work in works.items()} for _ in range(turns)]
    best = {name: min(one[name] for one in rounds) for name in works}
    characters, plain = sum(map(len, texts)), best["without"]
    for name in works:
        more = f"  + {best[name] - plain:5.3f} s = {best[name] / plain - 1:6.1%}"
        share = more if name in guided else ""
        print(f"{name:8} {1e6 * best[name] / characters:7.3f} µs a character{share}")
    print(f"{search():,} matches that count in {characters:,} characters")


def searching(texts: list[str], guided: Tagger) -> Callable[[], int]:
    """What finds all matches and chooses among them, in groups as a tagger makes them."""
    dictionary = guided.dictionary  # type: ignore[attr-defined]
    find, table = Finder(dictionary, guided.featurizer.normalise), RuleTable.of(dictionary)
    groups = [texts[at : at + 700] for at in range(0, len(texts), 700)]
    return lambda: sum(len(chosen(find(group), table)) for group in groups)


def read(path: Path, characters: int) -> tuple[str, str]:
    """What is tagged, and what stands behind it."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as stream:
        return stream.read(characters), stream.read(20 * characters)


def entries(text: str, count: int, shortest: int, labels: list[str]) -> list[str]:
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
    return [f"{word}\t{rng.choice(labels)}" for word in words]


if __name__ == "__main__":
    main()
