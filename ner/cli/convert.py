"""``ner convert``: annotated files in any format in, one file or folder in another format out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Encoding, Force, From, PositionDigits, output, reading_bar, report, say
from ner.cli.values import usage

if TYPE_CHECKING:
    from ner.document import Document
    from ner.formats import Finding, Findings, ReadOptions

STANDARD = Path("-")
SHOWN = 90  # characters of an example


def convert(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="IN...", help="Files and folders; - is standard input.")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file or folder [stdout].")
    ] = None,
    from_: From = "auto",
    to: Annotated[str, typer.Option("--to", help="The format that is written.")] = "jsonl",
    scheme: Annotated[
        str, typer.Option(help="Of tags that are written: BIO, BIOES, BMES or BILOU.")
    ] = "BIO",
    label_map: Annotated[
        Path | None, typer.Option(help="YAML, a line each: OLD: NEW; OLD: null drops.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what the output cannot hold.")
    ] = False,
    skip_malformed: Annotated[
        bool, typer.Option("--skip-malformed", help="Leave out what cannot be read.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List what is lost or repaired.")
    ] = False,
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Turn files of one format into another; what it cannot hold is counted."""
    from ner.corpus.conversion import plan, read_label_map, refuse, relabelled, write
    from ner.errors import choose
    from ner.formats import Findings, ReadOptions, WriteOptions
    from ner.tags import SCHEMES, WRITABLE

    path = None if out == STANDARD else out
    with usage():
        choose(scheme, {name: SCHEMES[name] for name in WRITABLE}, kind="tag scheme")
        target = plan(to, path, force=force)
    labels = read_label_map(label_map) if label_map else {}
    listed = _list if verbose else _ignore
    found = Findings(_checked(listed, skip_malformed=skip_malformed))
    mapped, lost = Findings(listed), Findings(refuse if strict else listed)
    with reading_bar(inputs) as watch, output() as stdout:
        options = ReadOptions(encoding=encoding, position_digits=position_digits, watch=watch)
        documents = _documents(inputs, found, from_, options)
        renamed = relabelled(documents, labels, mapped)
        write(renamed, target, stdout, lost, WriteOptions(scheme))
    report(found, str(inputs[0]) if len(inputs) == 1 else f"{len(inputs)} inputs")
    report(mapped, str(label_map))
    report(lost, str(path or "standard output"))


def _documents(
    inputs: Sequence[Path], findings: Findings, format: str, options: ReadOptions
) -> Iterator[Document]:
    from ner.formats.inputs import open_input
    from ner.formats.reading import read, read_path

    for path in inputs:
        if path == STANDARD:
            with open_input(path, options) as source:
                yield from read(source, findings, format=format)
        else:
            yield from read_path(path, findings, format=format, options=options)


def _checked(
    listener: Callable[[Finding], None], *, skip_malformed: bool
) -> Callable[[Finding], None]:
    """The same listener, but what cannot be read is an error unless it is to be left out."""
    from ner.errors import CorpusError

    def told(finding: Finding) -> None:
        if finding.severity == "error" and not skip_malformed:
            path, line = finding.place or ("", None)
            raise CorpusError(finding.example, path=path, line=line)
        listener(finding)

    return told


def _list(finding: Finding) -> None:
    from ner.printing import excerpt

    example = f": {excerpt(finding.example, SHOWN)}" if finding.example else ""
    say(f"{finding.place or '-'}: {finding.kind}{example}")


def _ignore(finding: Finding) -> None:
    """The counts are enough."""
