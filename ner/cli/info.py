"""``ner info``: what a model is, and what a file of vectors holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from ner.cli.console import Json, output
from ner.cli.table import aligned, described

if TYPE_CHECKING:
    from ner.vectors.neighbours import Near


def info(
    model: Annotated[
        Path | None,
        typer.Argument(
            metavar="[MODEL|VECTORS]",
            help="A model, run or bag folder, a name, or vectors [the shipped model].",
        ),
    ] = None,
    json: Json = False,
    nearest: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Of vectors: which names are most like this one."),
    ] = None,
) -> None:
    """Labels, vocabulary, settings and size of a model; tables and neighbours of vectors."""
    from ner.features.vector_file import ENDING

    if model is not None and model.suffix == ENDING:
        _vectors(model, nearest or (), json=json)
        return
    if nearest:
        raise typer.BadParameter(f"is for vectors, a file in {ENDING}", param_hint="--nearest")
    from ner.model.catalogue import locate
    from ner.model.folder import summary
    from ner.tagging.bag import members

    folder = locate(model)
    if members(folder) is not None:
        _bag(folder, json=json)
        return
    with output() as stream:
        _print(summary(folder), stream, json=json)


def _bag(folder: Path, *, json: bool) -> None:
    """What its models have in common, and a line for each."""
    from ner.tagging.bag import summary

    about = summary(folder)
    with output() as stream:
        if json:
            _print(about, stream, json=True)
            return
        _print({key: about[key] for key in about if key != "members"}, stream, json=False)
        rows = [("member", "trained without", "parameters", "bytes")]
        for one in about["members"]:
            fold = "?" if one["fold"] is None else f"fold {one['fold']} of {one['folds']}"
            size = "?" if one["parameters"] is None else f"{one['parameters']:,}"
            rows.append((one["folder"], fold, size, f"{one['bytes']:,}"))
        print(f"\n{aligned(rows)}", file=stream)


def _print(about: Mapping[str, Any], stream: TextIO, *, json: bool) -> None:
    from ner.storage import dumps

    if json:
        print(dumps(about, indent=2), file=stream)
        return
    for key, value in about.items():
        shown = value if isinstance(value, str | int) else dumps(value)
        print(f"{key.replace('_', ' '):16} {shown}", file=stream)


def _vectors(path: Path, names: Sequence[str], *, json: bool) -> None:
    """The tables of a file or, where names are asked about, those near to them."""
    from ner.storage import dumps
    from ner.vectors.neighbours import nearest_names, summary

    if names:
        near = {name: nearest_names(path, name) for name in names}
        with output() as stream:
            print(dumps(near, indent=2) if json else "\n\n".join(_near(near)), file=stream)
        return
    about = summary(path)
    with output() as stream:
        if json:
            _print(about, stream, json=True)
            return
        _print({key: about[key] for key in about if key != "tables"}, stream, json=False)
        print(f"\n{aligned(_tables(about['tables']))}", file=stream)
        rows = [(table, " ".join(one["frequent"])) for table, one in about["tables"].items()]
        print(f"\nMost frequent names\n{described(rows)}", file=stream)


def _tables(tables: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    rows = [["", "names", "size", "occur"]]
    for table, one in tables.items():
        tokens = "" if one["tokens"] is None else f"{one['tokens']:,}"
        rows.append([table, f"{one['names']:,}", str(one["size"]), tokens])
    return rows


def _near(near: Mapping[str, Near]) -> list[str]:
    """For each name the tables that have it, and the nearest names with their cosines."""
    return [
        f"{name}\n" + described([(table, _listed(pairs)) for table, pairs in tables.items()])
        for name, tables in near.items()
    ]


def _listed(pairs: Sequence[tuple[str, float]]) -> str:
    return "  ".join(f"{name} {cosine:.2f}" for name, cosine in pairs)
