"""``ner augment``: a corpus in, the same corpus with changed copies out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Encoding, Force, From, PositionDigits, To, output, report, say
from ner.cli.values import usage

if TYPE_CHECKING:
    from ner.corpus.splits import Split
    from ner.document import Document
    from ner.formats import ReadOptions
    from ner.settings import AugmentationSettings, Config


def augment(
    inputs: Annotated[
        list[Path] | None, typer.Argument(metavar="[IN]...", help="Annotated files and folders.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="A file [stdout].")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="mention, words, swap, tokens, … or transpose:rate=0.2; in their order."),
    ] = None,
    words: Annotated[
        Path | None, typer.Option(help="For the kind words: lines of mention, tab, label.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="What training by this YAML adds, instead of IN and --kind.")
    ] = None,
    copies: Annotated[int | None, typer.Option(min=1, help="Of each document [1].")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of all that is drawn [1].")] = None,
    from_: From = "auto",
    to: To = "jsonl",
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="Write the originals, too, before the copies.")
    ] = True,
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Enrich a training corpus: copies whose text is changed and whose entities follow."""
    from ner.corpus.augmentation import copies as changed
    from ner.formats import ReadOptions

    if bool(inputs) == bool(config) or (config and (kind or words)):
        raise typer.BadParameter("give files and kinds, or --config alone")
    refuse_existing(out, force=force)
    if config:
        plan = _configured(config)
    else:
        with usage():
            wanted = _wanted(kind or [], words)
        options = ReadOptions(encoding=encoding, position_digits=position_digits)
        plan = _asked(inputs or [], wanted, from_, options)
    settings = plan.settings.model_copy(update={"copies": copies or plan.settings.copies})
    report(plan.train.counts, plan.train.path)
    found = changed.augment(
        plan.train.documents, settings, seed=plan.seed if seed is None else seed, root=plan.root
    )
    say(f"{plan.train.path}: {len(plan.train.documents):,} documents; {found}")
    write([*(plan.train.documents if keep else ()), *found.documents], out, to)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is changed, and how."""

    train: Split
    settings: AugmentationSettings
    seed: int
    root: Path  # of the files that the settings name


def _configured(path: Path) -> _Plan:
    """What training adds: to the train split alone, less what is held out of it."""
    from ner.config import load_config
    from ner.corpus.splits import read_training
    from ner.errors import ConfigError

    config = load_config(path)
    if not config.augmentation.kinds:
        raise ConfigError(f"{path}: augmentation.kinds: none is given, training adds nothing")
    train, _ = read_training(config.data, seed=config.seed)
    return _Plan(train, config.augmentation, config.seed, config.data.path(""))


def _asked(inputs: Sequence[Path], wanted: Config, format: str, options: ReadOptions) -> _Plan:
    from ner.corpus.splits import read_files

    train = read_files("train", inputs, format=format, options=options)
    return _Plan(train, wanted.augmentation, wanted.seed, Path())


def _wanted(kinds: Sequence[str], words: Path | None) -> Config:
    """The settings that the kinds and a word list ask for."""
    from ner.config import build

    augmentation = {"kinds": _written(kinds, words)}
    return build({"data": {"train": ""}, "augmentation": augmentation}, "--kind", typed=False)


def _written(kinds: Sequence[str], words: Path | None) -> list[dict[str, str]]:
    """The kinds as a config writes them; a word list goes to the kind that lacks its own."""
    from ner.corpus.augmentation import AUGMENTATIONS
    from ner.errors import ConfigError, nearest

    written = [_kind(one) for one in kinds]
    if words:
        if not any(one["kind"] == "words" for one in written):
            written.append({"kind": "words"})
        written = [
            {"file": str(words), **one} if one["kind"] == "words" else one for one in written
        ]
    if any(one["kind"] == "words" and "file" not in one for one in written):
        raise ConfigError("--kind words: no list of mentions is named: expected --words FILE")
    if not written:
        raise ConfigError(f"--kind: none is given ({nearest('', AUGMENTATIONS)})")
    return written


def _kind(asked: str) -> dict[str, str]:
    """``transpose:rate=0.2,where=inside`` as settings."""
    from ner.errors import ConfigError

    name, _, rest = asked.partition(":")
    pairs = [part.partition("=") for part in rest.split(",") if part]
    if not name or any(not key or not equals for key, equals, _ in pairs):
        expected = "expected a kind, or one with its settings like transpose:rate=0.2,where=inside"
        raise ConfigError(f"--kind {asked}: {expected}")
    return {**{key.strip(): value for key, _, value in pairs}, "kind": name.strip()}


def refuse_existing(out: Path | None, *, force: bool) -> None:
    """Raises what would go wrong in writing a corpus to a file that is not there yet."""
    from ner.errors import CorpusError
    from ner.storage import is_kept

    if out and out.is_dir():
        raise CorpusError("is a folder", path=out)
    if out and is_kept(out) and not force:
        raise CorpusError("is there already; --force overwrites it", path=out)


def write(documents: Sequence[Document], out: Path | None, to: str) -> None:
    """A corpus into a file, whole or not at all, or to stdout."""
    from ner.formats import FORMATS, Findings, WriteOptions
    from ner.storage import whole_file

    write, findings = FORMATS[to].write, Findings()
    assert write is not None
    if out is None:
        with output() as stream:
            write(documents, stream, findings, WriteOptions())
    else:
        with whole_file(out) as raw:
            stream = TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
            write(documents, stream, findings, WriteOptions())
            stream.detach()
    report(findings, str(out or "stdout"))
