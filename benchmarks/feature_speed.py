"""Microseconds a character that features take, part by part, on one core.

    python benchmarks/feature_speed.py TEXT -m MODEL

The text, or text as .xz, is cut into sentences; those that hold its first characters are put into
batches as the tagger does. Each part is what it takes by itself; ``batch`` is all that the tagger
asks for, and ``loading`` the seconds from a model's folder to the first batch, its imports
included. The best of several turns counts, in seconds of the core.
"""

from __future__ import annotations

import argparse
import lzma
import time
from collections.abc import Callable, Iterator
from pathlib import Path

BEGAN = time.process_time()

from timing import seconds  # noqa: E402

from ner.features.batch import batch_of, collate, plan  # noqa: E402
from ner.features.featurizer import WORDS, Featurizer  # noqa: E402
from ner.features.texts import Texts  # noqa: E402
from ner.model.folder import read_description  # noqa: E402
from ner.sentences import sentence_spans  # noqa: E402
from ner.words import tokenizer  # noqa: E402

TURNS = 5


def main() -> None:
    """Times all parts, and prints a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("-m", "--model", type=Path, required=True)
    parser.add_argument("--characters", type=int, default=200_000, help="read so many")
    options = parser.parse_args()
    featurizer = read_description(options.model).featurizer
    batch_of(featurizer, ["雨停了。"])
    print(f"{'loading':16}{time.process_time() - BEGAN:8.3f} s")
    texts = list(sentences(options.text, options.characters, featurizer.settings.max_length))
    batches = [[texts[place] for place in one] for one in plan([*map(len, texts)], budget=4096)]
    characters = sum(map(len, texts))
    print(f"{characters:,} characters in {len(texts):,} sentences, {len(batches):,} batches")
    for name, work in works(featurizer, batches).items():
        print(f"{name:16}{1e6 * min(seconds(work) for _ in range(TURNS)) / characters:8.3f} µs")


def works(featurizer: Featurizer, batches: list[list[str]]) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    joined = [Texts.of(batch) for batch in batches]
    pairs = [(one, featurizer.normalise.texts(one)) for one in joined]
    found: dict[str, Callable[[], object]] = {
        "join": lambda: [Texts.of(batch) for batch in batches],
        "normalise": lambda: [featurizer.normalise.texts(one) for one in joined],
    }
    for name, channel in featurizer.channels.items():
        found[name] = lambda channel=channel: [channel(*pair) for pair in pairs]
    if WORDS in featurizer.channels:
        own = [text for batch in batches for text in batch]
        found["jieba's own cut"] = lambda: [list(tokenizer().cut(text)) for text in own]
    lexicon = featurizer.lexicon
    if lexicon is not None:
        found["lexicon: find"] = lambda: [lexicon.trie(one.codes) for _, one in pairs]
        found["lexicon: all"] = lambda: [lexicon(one) for _, one in pairs]
    found["batch"] = lambda: [batch_of(featurizer, batch) for batch in batches]
    found["one by one"] = lambda: [collate([*map(featurizer, batch)]) for batch in batches]
    return found


def sentences(path: Path, characters: int, longest: int) -> Iterator[str]:
    """The sentences of a text that hold its first characters, as far as a window goes."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as stream:
        text = stream.read(characters)
    for start, end in sentence_spans(text):
        yield text[start : min(end, start + longest)]


if __name__ == "__main__":
    main()
