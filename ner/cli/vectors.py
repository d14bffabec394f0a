"""``ner vectors``: raw text in, vectors of its characters, bigrams and words out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Encoding, Force, bytes_of, output, progress_bar, report, say
from ner.cli.table import aligned
from ner.cli.values import checked, input_format, usage

if TYPE_CHECKING:
    from ner.formats.raw import Inputs
    from ner.vectors.make import Made
    from ner.vectors.plan import Plan

SAFETENSORS, WORD2VEC = "safetensors", "word2vec"

Watch = Callable[[int], None]
Ended = Callable[[str], None]


Texts = Annotated[
    list[Path],
    typer.Argument(metavar="TEXT...", help="Files (.gz, .bz2, .xz too), folders; - is stdin."),
]
Out = Annotated[
    Path, typer.Option("-o", "--output", help="A .safetensors file; of word2vec a folder.")
]
To = Annotated[str, typer.Option("--to", help="safetensors, or word2vec: a text file a table.")]
From = Annotated[
    str,
    typer.Option(
        "--from",
        callback=checked(input_format),
        help="auto (by the name's ending), text, jsonl, columns …",
    ),
]
Normalise = Annotated[str, typer.Option(help="As features.normalise; none for nothing.")]
MinCount = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[TABLE=]N", help="Rarer ones have none [characters 5, bigrams 10, words 5]."
    ),
]
SkipGram = Annotated[
    bool | None,
    typer.Option("--skip-gram/--cbow", help="For all [skip-gram for words, else CBOW]."),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads; one makes the same again [all cores].")
]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of all that is drawn.")]


def vectors(
    texts: Texts,
    out: Out,
    to: To = SAFETENSORS,
    from_: From = "auto",
    characters: Annotated[bool, typer.Option(help="Vectors of characters.")] = True,
    bigrams: Annotated[bool, typer.Option(help="Of neighbouring characters.")] = True,
    words: Annotated[bool, typer.Option(help="Of the words in jieba's dictionary.")] = True,
    normalise: Normalise = "width,case,script",
    size: Annotated[int, typer.Option(min=1, help="Numbers of a vector.")] = 50,
    window: Annotated[int, typer.Option(min=1, help="Neighbours to each side.")] = 5,
    min_count: MinCount = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often the text is gone through.")] = 3,
    skip_gram: SkipGram = None,
    workers: Workers = None,
    seed: Seed = 1,
    encoding: Encoding = "utf-8",
    force: Force = False,
) -> None:
    """Train vectors of characters, bigrams and words on raw text, by word2vec."""
    from ner.formats import ReadOptions
    from ner.formats.raw import Inputs
    from ner.vectors.plan import Plan

    wanted = {"characters": characters, "bigrams": bigrams, "words": words}
    plan = Plan(
        tables=tuple(table for table, on in wanted.items() if on),
        normalise=_rules(normalise),
        size=size,
        window=window,
        min_count=_counts(min_count or ()),
        epochs=epochs,
        skip_gram=skip_gram,
        workers=workers or _cores(),
        seed=seed,
    )
    _refuse(plan, out, to, force=force)
    inputs = Inputs(texts, from_, ReadOptions(encoding=encoding, tagged=False))
    made = _make(inputs, plan)
    _write(made, out, to, inputs, plan)
    _tell(made)


def _make(inputs: Inputs, plan: Plan) -> list[Made]:
    """The vectors, with bars on a terminal; what reading repaired is said."""
    from ner.formats import Findings
    from ner.vectors.make import make_vectors

    findings = Findings()
    with _bars(inputs.paths, plan) as (watch, ended):
        watched = replace(inputs, options=replace(inputs.options, watch=watch))
        made = make_vectors(watched, plan, findings, ended)
    report(findings.repairs, inputs.name)
    return made


def _rules(written: str) -> tuple[str, ...]:
    from ner.errors import ConfigError
    from ner.vectors.plan import parse_rules

    try:
        return parse_rules(written)
    except ConfigError as error:
        raise typer.BadParameter(str(error), param_hint="--normalise") from error


def _counts(written: Sequence[str]) -> dict[str, int]:
    from ner.errors import ConfigError
    from ner.vectors.plan import parse_counts

    try:
        return parse_counts(written)
    except ConfigError as error:
        raise typer.BadParameter(str(error), param_hint="--min-count") from error


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _refuse(plan: Plan, out: Path, to: str, *, force: bool) -> None:
    """What cannot be made or must not be overwritten; known before anything is read."""
    from ner.errors import CorpusError, choose
    from ner.features.vector_file import ENDING
    from ner.storage import is_kept

    with usage("--to"):
        choose(to, {SAFETENSORS: None, WORD2VEC: None}, kind="output format")
    if not plan.tables:
        raise typer.BadParameter("one of characters, bigrams and words is to be made")
    if to == SAFETENSORS and out.suffix != ENDING:
        raise typer.BadParameter(f"got {out}, expected a name in {ENDING}", param_hint="--output")
    for path in _paths(plan, out, to):
        if path.is_dir():
            raise CorpusError("is a folder", path=path)
        if is_kept(path) and not force:
            raise CorpusError("is there already; --force overwrites it", path=path)


def _paths(plan: Plan, out: Path, to: str) -> list[Path]:
    from ner.vectors.word2vec_text import text_path

    return [out] if to == SAFETENSORS else [text_path(out, table) for table in plan.tables]


@contextmanager
def _bars(texts: Sequence[Path], plan: Plan) -> Iterator[tuple[Watch | None, Ended]]:
    """On a terminal, a bar of the bytes that are read, and one of epochs for each table."""
    with progress_bar("{task.description}", "{task.percentage:>3.0f} %") as bar:
        if bar is None:
            yield None, lambda table: None
            return
        # Of standard input the size is not known.
        reading = bar.add_task("reading", total=bytes_of(texts) or None)
        training = {
            table: bar.add_task(f"training {table}", total=plan.epochs) for table in plan.tables
        }
        yield lambda size: bar.advance(reading, size), lambda table: bar.advance(training[table])


def _write(made: Sequence[Made], out: Path, to: str, inputs: Inputs, plan: Plan) -> None:
    from ner.features.vector_file import write_vectors
    from ner.vectors.make import about
    from ner.vectors.word2vec_text import write_texts

    tables = [one.stored for one in made]
    if to == SAFETENSORS:
        write_vectors(out, tables, about(inputs, plan))
    else:
        write_texts(out, tables)


def _tell(made: Sequence[Made]) -> None:
    """A row for each table: what was read, what has a vector, how long it took."""
    for one in made:
        if one.missing:
            why = f"rare ones were forgotten on the way; counts are up to {one.missing:,} too low"
            say(f"{one.stored.table}: {why}")
    rows = [["", "read", "names", "covered", "seconds"]]
    for one in made:
        names = f"{len(one.stored.names):,}"
        share = f"{100 * one.covered:.2f} %"
        rows.append([one.stored.table, f"{one.tokens:,}", names, share, f"{one.seconds:.1f}"])
    with output() as stream:
        print(aligned(rows), file=stream)
