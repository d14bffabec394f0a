"""An annotated file as an argument of verbs that compare a model with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import report

if TYPE_CHECKING:
    from ner.document import Document

ModelAndFile = Annotated[
    list[Path],
    typer.Argument(
        metavar="[MODEL] FILE",
        help="A model or run folder, or a name [the shipped one]; an annotated file.",
    ),
]


def model_and_file(places: list[Path]) -> tuple[Path, Path]:
    """The model, the standard one if none is named, and the annotated file.

    Raises:
        BadParameter: more than two are named.
        ModelError: there is no such model.
    """
    from ner.model.catalogue import locate

    if len(places) > 2:
        raise typer.BadParameter(f"got {len(places)}, expected [MODEL] FILE", param_hint="FILE")
    return locate(places[0] if len(places) == 2 else None), places[-1]


def annotated(
    file: Path, *, from_: str, encoding: str, position_digits: bool | None
) -> list[Document]:
    """Its documents; what was repaired in them is reported.

    Raises:
        CorpusError: it cannot be read, or no entity is annotated in it.
    """
    from ner.errors import CorpusError
    from ner.formats import Findings, ReadOptions
    from ner.formats.reading import read_path

    findings = Findings()
    options = ReadOptions(encoding=encoding, position_digits=position_digits)
    gold = list(read_path(file, findings, format=from_, options=options))
    report(findings, str(file))
    if not any(document.entities for document in gold):
        raise CorpusError("no entity is annotated in it: nothing to compare with", path=file)
    return gold
