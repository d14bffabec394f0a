"""``ner perturb``: a corpus in, the same corpus with errors out, and what the errors look like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner.cli.augment import refuse_existing, write
from ner.cli.console import Encoding, Force, From, PositionDigits, To, output, report, say
from ner.cli.marked import marked
from ner.cli.robustness import UNKNOWN
from ner.cli.values import usage

if TYPE_CHECKING:
    from ner.document import Document

Train = Annotated[
    Path | None,
    typer.Option(help="What the model was trained on: mentions are, or are not, of it."),
]


def perturb(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="An annotated file.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="As --list names them: typo, or typo:strength=0.5,… .")
    ] = "",
    out: Annotated[Path | None, typer.Option("-o", "--output", help="A file [stdout].")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Name all kinds and strengths.")] = False,
    sample: Annotated[
        int, typer.Option(min=0, help="Show so many changed sentences before and after, only.")
    ] = 0,
    train: Train = None,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 1,
    from_: From = "auto",
    to: To = "jsonl",
    encoding: Encoding = "utf-8",
    position_digits: PositionDigits = None,
    force: Force = False,
) -> None:
    """Put errors into a corpus that readers skip over; entities and their places follow."""
    if list_:
        _list()
        return
    if file is None or not kind:
        raise typer.BadParameter("give a file and a --kind, or --list alone")
    from ner.corpus import perturbation
    from ner.corpus.augmentation import Material
    from ner.corpus.splits import read_files
    from ner.formats import ReadOptions

    with usage("--kind"):
        strengths = perturbation.asked(kind)
    wanted = strengths[len(strengths) // 2]
    if not sample:
        refuse_existing(out, force=force)
    options = ReadOptions(encoding=encoding, position_digits=position_digits)
    given = read_files("test", [file], format=from_, options=options)
    report(given.counts, given.path)
    if wanted.needs_train and train is None:
        say(f"{UNKNOWN}; --train names the file")
    seen = read_files("train", [train], options=options).documents if train else None
    material = Material(given.documents, train=seen)
    changed = perturbation.perturb(given.documents, wanted, seed=seed, material=material)
    pairs = [(a, b) for a, b in zip(given.documents, changed, strict=True) if a != b]
    say(f"{file}: {len(pairs):,} of {len(changed):,} documents changed by {wanted}")
    if sample:
        _show(pairs, sample, seed)
    else:
        write(changed, out, to)


def _list() -> None:
    from ner.cli.table import described
    from ner.corpus.perturbation import PERTURBATIONS

    rows = [
        (name, f"{kind.said} ({', '.join(f'{one:g}' for one in kind.strengths)})")
        for name, kind in PERTURBATIONS.items()
    ]
    with output() as stream:
        print(described(rows), file=stream)


def _show(pairs: list[tuple[Document, Document]], count: int, seed: int) -> None:
    """Sentences drawn among those changed, each with what became of it below."""
    import numpy as np

    from ner.cli.table import printable

    order = np.random.default_rng(seed).permutation(len(pairs))[:count]
    with output() as stream:
        for before, after in (pairs[place] for place in sorted(order.tolist())):
            for sign, one in (("-", before), ("+", after)):
                for sentence in one.sentences:
                    print(f"{sign} {printable(marked(sentence))}", file=stream)
            print(file=stream)
