"""The command line: a verb a file. Each parses, calls the library, and prints.

Results go to stdout, all else to stderr. Exit codes: 0, 1 for errors in data or run, 2 for
usage, 130 on Ctrl-C.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ner.cli import (
    augment,
    bag,
    benchmark,
    calibrate,
    check,
    convert,
    errors,
    evaluate,
    explain,
    export,
    fetch,
    info,
    label,
    models,
    perturb,
    predict,
    split,
    stats,
    train,
    vectors,
)
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

app = typer.Typer(
    name="ner",
    help="Chinese named-entity recognition: train a tagger on your corpus, measure it, tag files.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(train.train)
app.command()(bag.bag)
app.command()(evaluate.evaluate)
app.command()(errors.errors)
app.command()(calibrate.calibrate)
app.command()(predict.predict)
app.command()(benchmark.benchmark)
app.command()(label.label)
app.command()(explain.explain)
app.command()(export.export)
app.command()(info.info)
app.command()(models.models)
app.command()(check.check)
app.command()(convert.convert)
app.command()(split.split)
app.command()(stats.stats)
app.command()(augment.augment)
app.command()(perturb.perturb)
app.command()(fetch.fetch)
app.command()(vectors.vectors)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"zhuyi-ner {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the command line and exits with its code."""
    try:
        app()
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
