"""``ner check --suspects``: the models that judge a corpus, and what they suspect, as text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ner.cli.console import progress_bar, say
from ner.cli.marked import marked
from ner.printing import printable

if TYPE_CHECKING:
    from ner.corpus.splits import Split
    from ner.document import Document, Entity
    from ner.formats import ReadOptions
    from ner.settings import Config
    from ner.tagging.suspects import Suspect

By = Annotated[
    list[Path] | None,
    typer.Option(
        "--suspects",
        metavar="BAG|CONFIG",
        help="List what models hold for errors of annotation: those of a bag, which may be "
        "repeated, or those that a config trains.",
    ),
]
Folds = Annotated[
    int | None, typer.Option(min=2, help="Of --suspects CONFIG: parts, and models [5].")
]
Keep = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Of --suspects CONFIG: where its bag stays [nowhere]."),
]
AROUND = 20  # characters that are shown on both sides of a suspect


@dataclass(frozen=True, slots=True)
class Judging:
    """Who judges: bags, or a config that a bag is trained by, into a folder if it is to be kept."""

    bags: tuple[Path, ...]
    config: Path | None
    folds: int
    keep: Path | None
    device: str


@dataclass(frozen=True, slots=True)
class Told:
    """All suspects of a corpus, and the documents they are in."""

    suspects: list[Suspect]
    documents: Sequence[Document]
    unjudged: int  # entities

    def to_dict(self, limit: int) -> dict[str, Any]:
        """Plain data for JSON."""
        listed = [one.to_dict(self.documents[one.document].text) for one in self.suspects[:limit]]
        return {"number": len(self.suspects), "unjudged": self.unjudged, "listed": listed}


def asked(
    places: Sequence[Path], *, folds: int | None, keep: Path | None, device: str
) -> Judging | None:
    """Who is to judge, by what the options say; None if nobody.

    Raises:
        BadParameter: the options do not go together.
    """
    configs = [place for place in places if place.is_file()]
    if configs and len(places) > 1:
        raise typer.BadParameter("give bags, or one config alone", param_hint="--suspects")
    if not configs and (folds is not None or keep is not None):
        raise typer.BadParameter("goes with --suspects CONFIG", param_hint="--folds, --keep")
    if not places:
        return None
    bags = () if configs else tuple(places)
    return Judging(bags, configs[0] if configs else None, folds or 5, keep, device)


def told(corpus: Sequence[Path], by: Judging, *, format: str, options: ReadOptions) -> Told:
    """What is suspected of the annotation of these files and folders."""
    from ner.corpus.parts import parts_of
    from ner.corpus.splits import read_files
    from ner.tagging.doubts import judged
    from ner.tagging.loading import Loading
    from ner.tagging.suspects import Panel, suspects

    parts = [part for path in corpus for part in parts_of(path)]
    whole = read_files("corpus", parts, format=format, options=options)
    with _bags(whole, parts, by, format, options) as bags:
        panel = Panel.open(bags, Loading(by.device))
        with progress_bar("{task.description}", "{task.percentage:>3.0f} %") as bar:
            size = sum(len(one.text) for one in whole.documents)
            task = bar.add_task("judging", total=size) if bar else None

            def advance(characters: int) -> None:
                if bar is not None and task is not None:
                    bar.advance(task, characters)

            found = suspects(whole.documents, panel, advance)
    unjudged = whole.labels.total() - sum(map(judged, whole.documents))
    if unjudged:
        say(f"{unjudged:,} nested or crossing entities are not judged")
    return Told(found, whole.documents, unjudged)


@contextmanager
def _bags(
    whole: Split, parts: Sequence[Path], by: Judging, format: str, options: ReadOptions
) -> Iterator[tuple[Path, ...]]:
    """The folders of the bags that judge; what is trained and not kept is there for the block."""
    if by.config is None:
        yield by.bags
        return
    from ner.cli.bag import made

    settings = _settings(by.config, parts, format, options)
    with tempfile.TemporaryDirectory(prefix="ner-") as temporary:
        place = by.keep or Path(temporary) / "bag"
        crossed = made(settings, place, folds=by.folds, device=by.device, resume=True, force=False)
        f1 = f"F1 {100 * crossed.overall.f1:.2f}"
        say(f"{by.folds} models; the corpus as found by the model that lacked it: {f1}")
        yield (place,)


def _settings(config: Path, parts: Sequence[Path], format: str, options: ReadOptions) -> Config:
    """The config's settings of models and training, with the corpus in the place of its data."""
    from ner.config import load_config
    from ner.settings import DataSettings

    data = DataSettings(
        root=str(Path.cwd()),
        train=tuple(str(part.resolve()) for part in parts),
        format=format,
        encoding=options.encoding,
        position_digits=options.position_digits,
    )
    return load_config(config).model_copy(update={"data": data})


def shown(found: Told, limit: int) -> str:
    """How many suspects there are, and each of the surest with what is annotated over what is
    found."""
    total, listed = len(found.suspects), found.suspects[:limit]
    head = f"suspects: {total:,} places where models that never saw them find something else"
    if len(listed) < total:
        head += f"; the surest {len(listed):,}"
    lines = [head]
    for rank, one in enumerate(listed, 1):
        lines += ["", *_lines(rank, one, found.documents[one.document])]
    return "\n".join(lines)


def _lines(rank: int, one: Suspect, document: Document) -> Iterator[str]:
    place = f"{one.place}: " if one.place else ""
    agreed = f", {one.agreed} of {one.judges} models agree" if one.judges > 1 else ""
    yield printable(f"{rank:>4}  {place}{one.kind}, {one.score:.2f}{agreed}")
    for name, chance, entities in (
        ("annotated", one.annotated, one.gold),
        ("found", one.found, one.predicted),
    ):
        yield f"      {name:9}  {chance:.4f}  {printable(_around(one, document, entities))}"


def _around(one: Suspect, document: Document, entities: Sequence[Entity]) -> str:
    """The stretch with these entities in brackets, and some text to both sides."""
    from ner.document import Sentence

    start, end = max(0, one.start - AROUND), one.end + AROUND
    own = tuple(entity.moved(-start) for entity in entities)
    text = marked(Sentence(document.text[start:end], start, own))
    return "…" * (start > 0) + text + "…" * (end < len(document.text))
