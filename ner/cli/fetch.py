"""``ner fetch``: brings public corpora to where the recipes look for them."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import Force, output, progress_bar, say

if TYPE_CHECKING:
    from rich.progress import Progress

    from ner.corpus.fetching.download import Advance
    from ner.corpus.fetching.fetch import Options, Outcome
    from ner.corpus.fetching.sources import Corpus

CHECKOUT = Path(__file__).parents[2]  # where the recipes are, if this is not installed


def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Corpora: weibo, resume …")
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="List the corpora, their sizes and licences.")
    ] = False,
    root: Annotated[
        Path | None, typer.Option(help="The folder of corpora [$NER_CORPORA, else corpora].")
    ] = None,
    mirror: Annotated[
        str | None, typer.Option(help="An address that has the same paths; {path} stands for one.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="A zip, a tar or a folder to take them out of.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Agree to the licences.")] = False,
    force: Force = False,
) -> None:
    """Bring public corpora to where the recipes look for them, each file checked by its SHA-256."""
    from ner.corpus.fetching.fetch import Options
    from ner.corpus.fetching.sources import SOURCES
    from ner.errors import choose

    if list_:
        _list(SOURCES)
        return
    if not names:
        raise typer.BadParameter("name a corpus, or ask for --list", param_hint="NAME")
    if mirror is not None and archive is not None:
        raise typer.BadParameter("either one, not both", param_hint="--mirror, --archive")
    corpora = {name: choose(name, SOURCES, kind="corpus") for name in names}
    _ask(corpora, yes=yes)
    options = Options(mirror=mirror, archive=archive, force=force)
    folder = _root(root)
    complete = [_bring(name, one, folder, options) for name, one in corpora.items()]
    if not all(complete):
        raise typer.Exit(1)


def _root(root: Path | None) -> Path:
    """The given folder, or the one where recipes look."""
    from ner.settings import CORPORA_VARIABLE, DEFAULT_ROOT

    return root or Path(os.environ.get(CORPORA_VARIABLE) or DEFAULT_ROOT)


def _list(corpora: dict[str, Corpus]) -> None:
    rows = [("name", "size", "licence", "what it is")]
    rows += [(name, _size(one), one.licence, one.title) for name, one in corpora.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    with output() as stream:
        for name, size, licence, title in rows:
            cells = (name.ljust(widths[0]), size.rjust(widths[1]), licence.ljust(widths[2]), title)
            print("  ".join(cells), file=stream)


def _size(corpus: Corpus) -> str:
    """What is known of it, in megabytes."""
    known = [file.size for file in corpus.files if file.size is not None]
    if not known:
        return "not known"
    more = "" if len(known) == len(corpus.files) else "over "
    return f"{more}{sum(known) / 1e6:.1f} MB"


def _ask(corpora: dict[str, Corpus], *, yes: bool) -> None:
    """Shows whose the corpora are; goes on only with a yes."""
    from ner.errors import ConfigError

    for name, corpus in corpora.items():
        say(f"{name}: {corpus.title}\n  cite: {corpus.citation}")
        say(f"  licence: {corpus.licence} ({corpus.stated})")
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise ConfigError("nothing is fetched: --yes says that you agree to the licences")
    if not typer.confirm("Fetch?", err=True):
        raise ConfigError("nothing is fetched")


def _bring(name: str, corpus: Corpus, root: Path, options: Options) -> bool:
    """Fetches a corpus and says what came; whether all that has a source is there."""
    from ner.corpus.fetching.fetch import BY_HAND, FAILED, FETCHED, THERE, fetch

    outcomes = []
    with progress_bar("{task.description}", "{task.fields[done]}") as bar:
        try:
            for outcome in fetch(corpus, root, options, _advance(bar, name)):
                outcomes.append(outcome)
                _say(outcome)
        except KeyboardInterrupt:
            say("what has come is kept: the same command goes on from there")
            raise
    if any(outcome.state == BY_HAND for outcome in outcomes):
        say(f"{name}: {corpus.by_hand}")
    _say_recipe(name, root)
    states = {outcome.state for outcome in outcomes}
    return FAILED not in states and bool(states & {FETCHED, THERE})


def _advance(bar: Progress | None, name: str) -> Advance:
    """Shows the bytes of one file after another on ``bar``."""
    if bar is None:
        return lambda done, total: None
    task = bar.add_task(name, total=None, done="")

    def show(done: int, total: int | None) -> None:
        bar.update(task, completed=done, total=total, done=f"{done / 1e6:.1f} MB")

    return show


def _say(outcome: Outcome) -> None:
    say(outcome.problem or f"{outcome.path}: {outcome.state}")
    if outcome.unchecked:
        say(f"{outcome.path}: not checked, its SHA-256 was not known before: {outcome.sha256}")


def _say_recipe(name: str, root: Path) -> None:
    """How to train on the corpus, if there is a recipe and its files are there."""
    from ner.config import load_config
    from ner.settings import names_of

    here, checkout = (one / "configs" / f"{name}.yaml" for one in (Path(), CHECKOUT))
    recipe = here if here.is_file() else checkout
    if not recipe.is_file():
        return
    data = load_config(recipe).data
    files = [name for one in (data.train, data.dev, data.test) for name in names_of(one)]
    if all((root / one).exists() for one in files):
        elsewhere = "" if root == _root(None) else f" --set {shlex.quote(f'data.root={root}')}"
        say(f"{name}: train on it by: ner train {recipe} -o runs/{name}{elsewhere}")
