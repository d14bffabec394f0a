"""A corpus as a whole: its splits, read and counted, and written as a folder of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

import numpy as np

from ner.document import Document, Sentence
from ner.errors import ConfigError, CorpusError, choose
from ner.formats import FORMATS, Findings, ReadOptions, WriteOptions
from ner.formats.options import IN_CONFIG
from ner.formats.reading import read_path
from ner.settings import DataSettings
from ner.storage import is_kept, whole_file


@dataclass(frozen=True, slots=True)
class Split:
    """A part of a corpus, and what its reading repaired, by kind.

    ``known`` are the labels that it lacks and the rest of its corpus has.
    """

    name: str
    path: str
    documents: tuple[Document, ...]
    counts: Counter[str]
    known: frozenset[str] = frozenset()

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences that are not empty."""
        return [one for document in self.documents for one in document.sentences if one.text]

    @property
    def labels(self) -> Counter[str]:
        """How often each label is annotated."""
        return Counter(entity.label for document in self.documents for entity in document.entities)


def read_split(name: str, paths: Sequence[Path], settings: DataSettings) -> Split:
    """Files of a corpus, read one after another.

    Raises:
        CorpusError: the file cannot be read, or there is no text in it.
    """
    return read_files(name, paths, format=settings.format, options=_options(settings))


def look_through(paths: Sequence[Path], settings: DataSettings) -> None:
    """Reads files of a corpus and keeps nothing, so that what is wrong with them is said early.

    Raises:
        CorpusError: as ``read_split`` would.
    """
    read = _read(paths, Findings(), format=settings.format, options=_options(settings))
    _refuse_empty(paths, characters=sum(len(document.text) for document in read))


def _options(settings: DataSettings) -> ReadOptions:
    return ReadOptions(
        encoding=settings.encoding, ask=IN_CONFIG, position_digits=settings.position_digits
    )


def read_files(
    name: str, paths: Sequence[Path], *, format: str = "auto", options: ReadOptions
) -> Split:
    """Files and folders as one split.

    Raises:
        CorpusError: a file cannot be read, or there is no text in any.
    """
    counts = Findings()
    documents = tuple(_read(paths, counts, format=format, options=options))
    _refuse_empty(paths, characters=sum(len(document.text) for document in documents))
    return Split(name, named_together(paths), documents, counts)


def _read(
    paths: Sequence[Path], findings: Findings, *, format: str, options: ReadOptions
) -> Iterator[Document]:
    for path in paths:
        yield from read_path(path, findings, format=format, options=options)


def _refuse_empty(paths: Sequence[Path], *, characters: int) -> None:
    if not characters:
        why = "an empty corpus: there is no sentence in it"
        raise CorpusError(why, path=named_together(paths))


def named_together(paths: Sequence[Path]) -> str:
    """The first path and how many more there are."""
    return str(paths[0]) if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def hold_out(train: Split, *, share: float, seed: int) -> tuple[Split, Split]:
    """What stays of ``train``, and the share of its documents that becomes the dev set.

    Raises:
        CorpusError: there are too few documents for two parts.
    """
    count = len(train.documents)
    held = round(count * share)
    if not 0 < held < count:
        raise CorpusError(f"{count} documents are too few to hold a dev set out", path=train.path)
    order = np.random.default_rng(seed).permutation(count)
    parts = (sorted(order[held:].tolist()), sorted(order[:held].tolist()))
    kept, dev = (tuple(train.documents[place] for place in part) for part in parts)
    return (
        Split("train", train.path, kept, train.counts),
        Split("dev", train.path, dev, Counter()),
    )


def read_training(settings: DataSettings, *, seed: int) -> tuple[Split, Split]:
    """The train and dev splits; the test set is not touched.

    Raises:
        CorpusError: a file cannot be read, or no entity is annotated in train.
    """
    train = read_split("train", settings.paths(settings.train), settings)
    if settings.dev is None:
        train, dev = hold_out(train, share=settings.dev_share, seed=seed)
    else:
        dev = read_split("dev", settings.paths(settings.dev), settings)
    if not train.labels:
        raise CorpusError("no entity is annotated in it: nothing to learn", path=train.path)
    return train, dev


def remarks(train: Split, dev: Split) -> list[str]:
    """What a user should know before training: sizes, schemes, repairs, labels that train lacks,
    a dev set that cannot judge."""
    said = []
    for split in (train, dev):
        size = sum(len(sentence.text) for sentence in split.sentences)
        head = f"{split.name}: {len(split.sentences):,} sentences, {size:,} characters"
        said.append(f"{head}, {counted(split.labels)} from {split.path}")
        said += [f"{split.name}: {count:,} {kind}" for kind, count in (+split.counts).items()]
    lacking = {label: count for label, count in dev.labels.items() if label not in train.labels}
    if lacking:
        listed = ", ".join(f"{label} {count}" for label, count in lacking.items())
        said.append(f"warning: dev has labels that train lacks and no model can find: {listed}")
    if not dev.labels:
        why = "no entity is annotated in dev: F1 is 0 in every epoch, and the first one is kept"
        said.append(f"warning: {why}")
    return said


def counted(labels: Counter[str]) -> str:
    """How many entities there are, and of each label: ``3 entities (PER 2, LOC 1)``."""
    listed = ", ".join(f"{label} {count}" for label, count in labels.most_common())
    return f"{labels.total():,} entities" + (f" ({listed})" if listed else "")


def as_documents(sentences: Sequence[Sentence]) -> list[Document]:
    """Each sentence as a document of its own."""
    return [Document(sentence.text, sentence.entities) for sentence in sentences]


def plan_files(
    names: Sequence[str], folder: Path, *, format: str, inputs: Sequence[Path], force: bool
) -> list[Path]:
    """Where splits of these names will stand, checked before anything is read.

    Raises:
        ConfigError: the format cannot be written, or a file would stand among the inputs.
        CorpusError: a file is there already and ``force`` is not set.
    """
    fitting = {name: one for name, one in FORMATS.items() if one.write and one.annotated}
    suffix = choose(format, fitting, kind="output format").suffixes[0]
    if folder.exists() and not folder.is_dir():
        raise CorpusError("is no folder", path=folder)
    files = [folder / f"{name}{suffix}" for name in names]
    for file in files:
        for given in inputs:
            if given.resolve() in (file.resolve(), *file.resolve().parents):
                raise ConfigError(f"{file} would stand in the input {given}: choose another folder")
        if file.is_dir():
            raise CorpusError("is a folder", path=file)
        if is_kept(file) and not force:
            raise CorpusError("is there already; --force overwrites it", path=file)
    return files


def write_splits(
    splits: Sequence[Split], files: Sequence[Path], findings: Findings, *, format: str
) -> None:
    """A file for each split; all of them appear, or none.

    Raises:
        CorpusError: the format cannot hold a document.
    """
    write = FORMATS[format].write
    assert write is not None
    with ExitStack() as opened:
        for split, file in zip(splits, files, strict=True):
            raw = opened.enter_context(whole_file(file))
            stream = TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
            write(split.documents, stream, findings, WriteOptions())
            stream.flush()
            stream.detach().flush()
