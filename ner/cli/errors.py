"""``ner errors``: the most frequent mistakes of a model on an annotated file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.annotated import ModelAndFile, annotated, model_and_file
from ner.cli.console import Device, Encoding, From, Json, PositionDigits, output, say
from ner.cli.table import aligned
from ner.printing import excerpt

if TYPE_CHECKING:
    from ner.evaluation.frequent import Mistake, Mistakes

SHOWN = 60  # characters of an example


def errors(
    places: ModelAndFile,
    limit: Annotated[int, typer.Option(min=1, help="Rows of each table.")] = 10,
    json: Json = False,
    from_: From = "auto",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    device: Device = "auto",
) -> None:
    """The most frequent mistakes: by kind and labels, and by mention, each with an example."""
    from ner.evaluation.frequent import mistakes
    from ner.evaluation.pairs import pairs
    from ner.storage import dumps
    from ner.tagging.loading import load

    model, file = model_and_file(places)
    tagger = load(model, device=device)
    gold = annotated(file, from_=from_, encoding=encoding, position_digits=position_digits)
    sentences = pairs(gold, list(tagger.pipe_documents(gold)))
    lost = sum(len(one.entities) for one in gold) - sum(len(one.gold) for one in sentences)
    if lost:
        say(f"{file}: {lost:,} nested or overlapping entities are left out")
    found = mistakes(sentences, limit=limit)
    with output() as stream:
        print(dumps(found.to_dict(), indent=2) if json else _text(found), file=stream)


def _text(found: Mistakes) -> str:
    head = f"{found.errors:,} errors; {found.right:,} of {found.gold:,} entities are right"
    if not found.errors:
        return head
    rows = [("kind", "gold", "predicted", "number")]
    rows += [
        (one.kind, one.gold or "–", one.predicted or "–", f"{one.number:,}") for one in found.labels
    ]
    parts = [head, _table(rows, found.label_pairs)]
    for kind, (listed, different) in found.mentions.items():
        title = f"{kind}: {different:,} different"
        parts.append("\n".join([title, *(_line(one) for one in listed), *_more(listed, different)]))
    return "\n\n".join(parts)


def _table(rows: list[tuple[str, str, str, str]], whole: int) -> str:
    more = whole - (len(rows) - 1)
    return aligned(rows) + (f"\n… and {more:,} more" if more else "")


def _more(listed: tuple[Mistake, ...], different: int) -> list[str]:
    return [f"  … and {different - len(listed):,} more"] if different > len(listed) else []


def _line(one: Mistake) -> str:
    said = " → ".join(
        f"{excerpt(text, SHOWN)} {excerpt(label or '', SHOWN)}"
        for text, label in ((one.gold_text, one.gold), (one.predicted_text, one.predicted))
        if text is not None
    )
    place = f"{one.place}: " if one.place else ""
    return f"{one.number:>6,}  {said}\n        {place}{excerpt(one.example, SHOWN)}"
