"""How good a model with the labels PER, LOC and ORG is, by domain, under errors, and how fast.

    python benchmarks/shipped_figures.py runs/shipped/standard -o runs/shipped/figures.json

The table goes to standard output, everything to the JSON file, of which `shipped_card.py` makes the
model's card. The corpora count from $NER_CORPORA; what is made of them is kept in --corpora.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shipped_corpora import FOLDER, corpora
from shipped_steps import say, take

import ner
from ner.benchmark import machine
from ner.benchmark.cells import Grid, Plan, benchmark
from ner.benchmark.texts import built_in
from ner.corpus.augmentation import Material
from ner.corpus.perturbation import Asked, asked
from ner.document import Document, Entity
from ner.errors import NerError
from ner.evaluation import score
from ner.evaluation.robustness import Robustness, robustness
from ner.formats import Findings
from ner.formats.reading import read_path
from ner.model.catalogue import digest, files
from ner.model.folder import CARD, find
from ner.storage import dumps, write_text
from ner.tagging.tagger import Tagger
from ner.version import __version__

HARD = Path(__file__).parents[1] / "data" / "hard.jsonl"
MSRA = "MSRA test"
SEED, BATCH = 1, 4096


@dataclass(frozen=True)
class Domain:
    """A kind of text.

    Args:
        name: short.
        about: what it is.
        place: of its file, in the folder of corpora or by itself.
    """

    name: str
    about: str
    place: Path


DOMAINS = (
    Domain(MSRA, "news of the 1990s", Path("msra-test.jsonl")),
    Domain("AISHELL held out", "read aloud, without punctuation", Path("aishell/dev.jsonl")),
    Domain("Weibo test", "posts; names only", Path("weibo-test.jsonl")),
    Domain("hard sentences", "data/hard.jsonl", HARD),
)
# Of the news: what its errors are, as a card says it.
ERRORS = {
    "traditional:strength=1": "in traditional script",
    "punctuation:strength=1": "without punctuation",
    "width:strength=1": "letters, digits and marks in their other width",
    "speech:strength=0.05": "as speech recognition writes",
    "typo:strength=0.6": "a typo in six of ten entities",
    "homophone_inside:strength=0.15": "homophones inside entities, 15 % of characters",
    "homophone_outside:strength=0.15": "homophones outside entities, 15 % of characters",
    "look_alike_inside:strength=0.15": "look-alikes inside entities, 15 % of characters",
    "transpose_outside:strength=0.15": "neighbours exchanged outside entities, 15 %",
    "unseen:strength=0.6": "six of ten entities made up",
}
Pairs = Sequence[tuple[Document, Document]]


def measure(model: Path, folder: Path, out: Path | None, *, limit: int | None = None) -> None:
    """All figures of a model, as a table and, where it is asked for, as JSON."""
    gold = {one.name: read(one, folder, limit) for one in DOMAINS}
    tagger = ner.load(model)
    pairs = {
        name: list(zip(each, tagged(tagger, each), strict=True)) for name, each in gold.items()
    }
    domains = [domain_figures(one, pairs[one.name]) for one in DOMAINS]
    print("\n".join(domain_rows(domains)), flush=True)
    failures = list(failed(pairs[DOMAINS[-1].name]))
    print("\n".join(["", *failure_rows(failures, len(pairs[DOMAINS[-1].name])), ""]), flush=True)
    errors = []
    for wanted, found in under_errors(gold[MSRA], tagger, ERRORS):
        errors.append({"about": ERRORS[str(wanted)], **error_figures(found)})
        say(f"{errors[-1]['about']}: {100 * errors[-1]['after']:.2f}")
    print("\n".join(error_rows(errors)), flush=True)
    speed = speeds(model)
    print("\n".join(["", *speed_rows(speed)]), flush=True)
    if out:
        figures = {
            "model": about(model),
            "domains": domains,
            "errors": errors,
            "failures": failures,
            "speed": speed,
        }
        write_text(out, dumps(figures, indent=2) + "\n")


def read(domain: Domain, folder: Path, limit: int | None = None) -> list[Document]:
    """Its documents, or the first of them."""
    return list(read_path(folder / domain.place, Findings()))[:limit]


def tagged(tagger: Tagger, gold: Sequence[Document]) -> list[Document]:
    return list(tagger.pipe_documents(gold))


def about(model: Path) -> dict[str, Any]:
    """What it is, and how large: its files without the card, which is made of these figures."""
    folder = find(model)
    sizes = {one.name: one.stat().st_size for one in files(folder) if one.name != CARD}
    return {
        "name": model.name,
        "version": __version__,
        "labels": list(ner.load(folder).labels),
        "bytes": sum(sizes.values()),
        "files": sizes,
        "sha256": digest(folder),
    }


def domain_figures(domain: Domain, pairs: Pairs) -> dict[str, Any]:
    """Strict scores, over all and by label."""
    gold, found = [one for one, _ in pairs], [one for _, one in pairs]
    scores = score(gold, found)
    characters = sum(len(one.text) for one in gold)
    size = {"documents": len(gold), "characters": characters}
    labels = {label: asdict(one) for label, one in scores.labels.items()}
    named = {"name": domain.name, "about": domain.about}
    return {**named, **size, **asdict(scores.overall), "labels": labels}


def failed(pairs: Pairs) -> Iterator[dict[str, Any]]:
    """The sentences in which an entity is missed or invented."""
    for gold, found in pairs:
        wanted, got = spans(gold), spans(found)
        if wanted.keys() != got.keys():
            yield {
                "text": gold.text,
                "hard": str(gold.fields.get("hard", "")),
                "missed": [said(wanted[key]) for key in wanted if key not in got],
                "found": [said(got[key]) for key in got if key not in wanted],
            }


def spans(document: Document) -> dict[tuple[int, int, str], Entity]:
    return {(one.start, one.end, one.label): one for one in document.entities}


def said(entity: Entity) -> str:
    return f"{entity.text} {entity.label}"


def under_errors(
    gold: Sequence[Document], tagger: Tagger, kinds: Mapping[str, str]
) -> Iterator[tuple[Asked, Robustness]]:
    """What each kind of error does, as `ner evaluate --robustness` measures it."""
    wanted = [one for kind in kinds for one in asked(kind)]
    material = Material(gold)
    results = robustness(gold, tagger.pipe_documents, wanted, seed=SEED, material=material)
    return zip(wanted, results, strict=True)


def error_figures(found: Robustness) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "strength": found.strength,
        "documents": found.changed,
        "before": found.before.overall.f1,
        "after": found.after.overall.f1,
        "support": found.after.overall.support,
    }


def speeds(model: Path) -> dict[str, Any]:
    """As `ner benchmark` measures: one thread, and as many as there are cores."""
    grid = Grid([BATCH], sorted({1, machine.cores()}))
    cells = [one.to_dict() for one in benchmark(str(model), built_in(), grid, Plan())]
    return {"machine": machine.facts(), "cells": cells}


def domain_rows(domains: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A Markdown table: strict scores by domain, F1 by label."""
    labels = sorted({label for one in domains for label in one["labels"]})
    heads = " | ".join(f"{label} F1" for label in labels)
    yield f"| text | sentences | entities | precision | recall | F1 | {heads} |"
    yield "|---" * (6 + len(labels)) + "|"
    for one in domains:
        cells = [percent(one[key]) for key in ("precision", "recall", "f1")]
        own = [percent(one["labels"][x]["f1"]) if x in one["labels"] else "–" for x in labels]
        head = f"{one['name']} ({one['about']}) | {one['documents']:,} | {one['support']:,}"
        yield f"| {head} | {' | '.join([*cells, *own])} |"


def error_rows(errors: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A Markdown table: F1 of the changed sentences before and after."""
    yield f"| {MSRA} | sentences changed | F1 before | F1 after |"
    yield "|---|---|---|---|"
    for one in errors:
        cells = f"{percent(one['before'])} | {percent(one['after'])}"
        yield f"| {one['about']} | {one['documents']:,} | {cells} |"


def failure_rows(failures: Sequence[Mapping[str, Any]], count: int) -> Iterator[str]:
    """A Markdown list of the sentences that are not right in every entity."""
    yield f"Of the {count} hard sentences {count - len(failures)} are right in every entity."
    for one in failures:
        parts = [f"{what} {', '.join(one[what])}" for what in ("missed", "found") if one[what]]
        yield f"- {one['text']} ({one['hard']}): {'; '.join(parts)}"


def speed_rows(speed: Mapping[str, Any]) -> Iterator[str]:
    """A Markdown table: characters a second, the first answer, memory."""
    yield "| threads | characters/s | first answer, s | peak of memory, MiB |"
    yield "|---|---|---|---|"
    for one in speed["cells"]:
        rate, first = (one[key]["median"] for key in RATES)
        peak = one["peak_bytes"]
        memory = "–" if peak is None else f"{peak / 2**20:,.0f}"
        yield f"| {one['threads']} | {rate:,.0f} | {first:.2f} | {memory} |"


RATES = ("characters_per_second", "first_answer_seconds")


def percent(value: float) -> str:
    return f"{100 * value:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="a JSON file")
    parser.add_argument("--corpora", type=Path, default=FOLDER)
    parser.add_argument("--limit", type=int, help="only the first documents of each file")
    options = parser.parse_args()
    try:
        take(corpora(options.corpora))
        measure(options.model, options.corpora, options.output, limit=options.limit)
    except NerError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
