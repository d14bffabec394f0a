"""What the shipped model learns from and is judged by: annotated files of one kind, and raw text.

Corpora stand under $NER_CORPORA as docs/corpora.md says. Here they become JSON lines with the
labels PER, LOC and ORG in one folder. Of Weibo's labels the names count, GPE as a place, nouns that
mean somebody do not. A fifth of AISHELL's sentences, drawn by seed 1, is kept for judging.
"""

from __future__ import annotations

import json
import lzma
import os
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from shipped_steps import Step, missing, ner

from ner.errors import ConfigError
from ner.storage import whole_file, write_text

CORPORA, TEXT = "NER_CORPORA", "NER_TEXT"
FOLDER = Path("runs/shipped/corpora")
NAMES_ONLY = {
    **{"PER.NAM": "PER", "LOC.NAM": "LOC", "GPE.NAM": "LOC", "ORG.NAM": "ORG"},
    **{"PER.NOM": None, "LOC.NOM": None, "GPE.NOM": None, "ORG.NOM": None},
}
WEIBO = "weibo/weiboNER_2nd_conll"
AISHELL, CLUENER = "aishell/dev.bio.txt", "cluener/train.json"
SPLITS = ("train", "dev", "test")
# Characters of raw text that the teacher labels, by the archive they are drawn from.
DRAWN = {
    "news": 1_300_000,
    "books": 800_000,
    "weibo_titles": 600_000,
    "questions": 600_000,
    "laws": 60_000,
}
SHORTEST, LONGEST = 6, 400  # characters of a paragraph that is drawn
MARKUP = ("<", "book")  # what begins lines that are no text


def corpora(folder: Path) -> list[Step]:
    """The annotated files in ``folder``: ``msra-train.jsonl`` … ``aishell/dev.jsonl``."""
    from_msra = [_converted(f"msra/{one}.bio", folder / f"msra-{one}.jsonl") for one in SPLITS]
    labels = folder / "names-only.yaml"
    named = Step(
        "labels of Weibo that count", labels, lambda: write_text(labels, yaml.safe_dump(NAMES_ONLY))
    )
    from_weibo = [
        _converted(f"{WEIBO}.{one}", folder / f"weibo-{one}.jsonl", "--label-map", str(labels))
        for one in SPLITS
    ]
    parts = folder / "aishell"
    divided = Step(
        "AISHELL, four fifths to learn from",
        parts / "dev.jsonl",
        lambda: ner(
            *("split", source(AISHELL), "-o", parts, "--force"),
            *("--ratio", "80:20", "--seed", "1", "--to", "jsonl"),
        ),
    )
    return [*from_msra, named, *from_weibo, divided]


def sources() -> list[Path]:
    """The files of public corpora that are read.

    Raises:
        ConfigError: one is not there.
    """
    split = [name for one in SPLITS for name in (f"msra/{one}.bio", f"{WEIBO}.{one}")]
    return [source(name) for name in (*split, AISHELL, CLUENER)]


def source(name: str) -> Path:
    """A file of a public corpus.

    Raises:
        ConfigError: the corpora are not there.
    """
    place = folder_of(CORPORA, "the public corpora of docs/corpora.md") / name
    if not place.is_file():
        raise ConfigError(f"{place}: no such file; docs/corpora.md says where it comes from")
    return place


def folder_of(variable: str, what: str) -> Path:
    """The folder that an environment variable names.

    Raises:
        ConfigError: it names none.
    """
    named = os.environ.get(variable)
    if not named or not Path(named).is_dir():
        raise ConfigError(f"{variable} names no folder: it must be the one of {what}")
    return Path(named)


def archives() -> list[Path]:
    """The archives of raw text.

    Raises:
        ConfigError: one is not there.
    """
    wanted = " ".join(f"{name}.txt.xz" for name in DRAWN)
    folder = folder_of(TEXT, f"raw text ({wanted}: a paragraph a line)")
    found = [folder / f"{name}.txt.xz" for name in DRAWN]
    if absent := missing(found):
        raise ConfigError(f"{absent[0]}: no such archive of raw text; {TEXT} must have {wanted}")
    return found


def draw(out: Path, amounts: Mapping[str, int] = DRAWN, *, seed: int = 1) -> None:
    """Paragraphs by chance out of each archive, and the texts of CLUENER without its labels.

    They stand in random order, so that the first ones are as good a sample as any.
    """
    generator = random.Random(seed)
    texts: list[str] = []
    for archive in archives():
        texts += drawn(archive, amounts[archive.name.split(".")[0]], generator)
    for line in source(CLUENER).read_text(encoding="utf-8").splitlines():
        texts.append(json.loads(line)["text"].strip())
    generator.shuffle(texts)
    with whole_file(out) as stream:
        stream.writelines(f"{text}\n".encode() for text in texts)


def drawn(archive: Path, amount: int, generator: random.Random) -> Iterator[str]:
    """Different paragraphs of an archive, of so many characters together or a few more."""
    with lzma.open(archive, "rt", encoding="utf-8") as lines:
        texts = dict.fromkeys(line.strip() for line in lines)
    fit = [one for one in texts if SHORTEST <= len(one) <= LONGEST and not one.startswith(MARKUP)]
    generator.shuffle(fit)
    size = 0
    for text in fit:
        if size >= amount:
            return
        size += len(text)
        yield text


def _converted(name: str, out: Path, *options: str) -> Step:
    return Step(
        f"{out.stem} as JSON lines",
        out,
        lambda: ner("convert", source(name), "-o", out, "--force", *options),
    )
