"""The command line: a verb a file. Each parses, calls the library, and prints.

Results go to stdout, all else to stderr. Exit codes: 0, 1 for errors in data or run, 2 for
usage, 130 on Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from ner.errors import NerError
from ner.version import __version__

EXTRAS = {
    "export": {"onnx", "onnxscript"},
    "train": {"torch", "torchcrf", "accelerate", "entmax", "seqeval", "opencc", "transformers"},
    "augment": {"pypinyin"},
    "plot": {"matplotlib"},
    "report": {"nervaluate"},
    "tables": {"pyarrow"},
    "datasets": {"datasets"},
    "vectors": {"gensim"},
}

HELP = "Chinese named-entity recognition: train a tagger on your corpus, measure it, tag files."
# As `ner --help` lists them; each is the function of its name in the file of its name.
VERBS = (
    *("train", "bag", "evaluate", "errors", "calibrate", "predict", "benchmark", "label"),
    *("explain", "export", "info", "models", "check", "convert", "split", "stats"),
    *("augment", "perturb", "fetch", "vectors", "pretrain"),
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"zhuyi-ner {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


def app_of(arguments: Sequence[str]) -> typer.Typer:
    """The command line; where the arguments begin with a verb, no other verb's file is read."""
    app = typer.Typer(
        name="ner",
        help=HELP,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    first = next(iter(arguments), None)
    for verb in (first,) if first in VERBS else VERBS:
        app.command()(getattr(import_module(f"ner.cli.{verb}"), verb))
    return app


def main() -> None:
    """Runs the command line and exits with its code."""
    if sys.stderr is None:  # closed: remarks go nowhere, and no file that is opened gets its number
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  it lasts as long as the program
    try:
        app_of(sys.argv[1:])()
    except NerError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        extra = next((name for name, packages in EXTRAS.items() if error.name in packages), None)
        if extra is None:
            raise
        _fail(f"{error.name} is not installed: pip install 'zhuyi-ner[{extra}]' brings it")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _fail(f"{place}{error.strerror or error}")


def _fail(message: str) -> None:
    print(f"ner: {message}", file=sys.stderr)
    sys.exit(1)
