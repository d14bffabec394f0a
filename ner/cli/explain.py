"""``ner explain``: what a tagger looked at in a text, as a page for the browser and as pictures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.console import (
    Device,
    Encoding,
    Force,
    PositionDigits,
    output,
    progress_bar,
    report,
    say,
)
from ner.cli.values import checked, input_format

if TYPE_CHECKING:
    from ner.explanation.explanation import Explanation
    from ner.explanation.fonts import Font
    from ner.formats import ReadOptions

STANDARD = "-"
MOST_TEXTS = 100
MOST_CHARACTERS = 3_000  # of all texts together: some 10 MB with four heads
HOLDS = f"a page holds at most {MOST_TEXTS} texts and {MOST_CHARACTERS:,} characters"


def explain(
    source: Annotated[
        str, typer.Argument(metavar="TEXT|FILE", help="A text, or a file; - is standard input.")
    ],
    model: Annotated[
        Path | None,
        typer.Option("-m", "--model", help="A model or run folder, or a name [the shipped one]."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("-o", "--output", help="The page, one HTML file; without it stdout."),
    ] = None,
    png: Annotated[
        Path | None, typer.Option("--png", help="A folder for a picture of every layer.")
    ] = None,
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            callback=checked(input_format),
            help="auto (by the name's ending), text, jsonl or columns.",
        ),
    ] = "auto",
    device: Device = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Show what each character attends to, and how the tags were chosen, in one HTML page."""
    from ner.formats import ReadOptions
    from ner.model.catalogue import locate
    from ner.storage import write_text

    options = ReadOptions(encoding=encoding, position_digits=position_digits, tagged=False)
    _refuse_old(out, png, force=force)
    texts = _fitting(*_texts(source, from_, options))
    font = _font(texts) if png else None
    folder = locate(model)
    explanations = _explained(texts, folder, device)
    from ner.explanation.page import page

    if out is None and png is None or out == STANDARD:
        with output() as stream:
            stream.write(page(explanations, model=str(folder)))
    elif out is not None:
        write_text(Path(out), page(explanations, model=str(folder)))
    if png and font:
        _draw(explanations, png, font)


def _refuse_old(out: str | None, png: Path | None, *, force: bool) -> None:
    """Nothing is overwritten unasked; known before anything is loaded."""
    from ner.errors import CorpusError
    from ner.storage import is_kept

    if force:
        return
    if out not in (None, STANDARD) and is_kept(Path(str(out))):
        raise CorpusError("is there already; --force overwrites it", path=str(out))
    if png and png.is_dir() and any(png.iterdir()):
        raise CorpusError("is not empty; --force writes into it", path=png)


def _texts(source: str, from_: str, options: ReadOptions) -> tuple[list[str], str]:
    """The texts that an argument means, and the name of where they stand."""
    from ner.formats import Findings, Source
    from ner.formats.inputs import standard_input
    from ner.formats.reading import format_of, read, read_path

    if source != STANDARD and not _is_file(source):
        if format_of(source):
            say(f"there is no file {source}: the argument is taken as the text itself")
        return [source], "the text"
    findings = Findings()
    format = from_ if from_ != "auto" else format_of(source) or "text"
    name = "<stdin>" if source == STANDARD else source
    if source == STANDARD:
        stream = Source(standard_input(), name=name, options=options)
        documents = list(read(stream, findings, format=format))
    else:
        documents = list(read_path(source, findings, format=format, options=options))
    report(findings.repairs, name)
    return [one.text for document in documents for one in document.sentences], name


def _is_file(source: str) -> bool:
    return os.path.exists(source) and not os.path.isdir(source)  # a named pipe is as good


def _fitting(texts: Sequence[str], name: str) -> list[str]:
    """As many texts as a page holds; what is left out is reported."""
    from ner.errors import CorpusError

    filled = [text for text in texts if text]
    if not filled:
        raise CorpusError("nothing in it to explain", path=name)
    if len(filled) < len(texts):
        say(f"{name}: {len(texts) - len(filled):,} of {len(texts):,} texts left out: empty")
    shown: list[str] = []
    size = 0
    for text in filled[:MOST_TEXTS]:
        size += len(text)
        if size > MOST_CHARACTERS:
            break
        shown.append(text)
    if not shown:
        raise CorpusError(f"{len(filled[0]):,} characters; {HOLDS}: explain a part", path=name)
    if len(shown) < len(filled):
        say(f"{name}: the first {len(shown):,} of {len(filled):,} texts are shown: {HOLDS}")
    return shown


def _font(texts: Sequence[str]) -> Font:
    from ner.explanation.fonts import font_for

    return font_for(texts)


def _explained(texts: Sequence[str], model: Path, device: str) -> list[Explanation]:
    from ner.explanation.collect import Explainer

    look = Explainer(model, device=device)
    with progress_bar("{task.description}", "{task.completed} of {task.total} texts") as bar:
        task = bar.add_task("looking", total=len(texts)) if bar else None
        explanations = []
        for text in texts:
            explanations.append(look(text))
            if bar is not None and task is not None:
                bar.advance(task)
    return explanations


def _draw(explanations: Sequence[Explanation], folder: Path, font: Font) -> None:
    from ner.explanation.picture import pictures
    from ner.storage import write_bytes

    for number, explanation in enumerate(explanations, 1):
        for name, content in pictures(explanation, font):
            write_bytes(folder / f"text-{number:03d}-{name}.png", content)
