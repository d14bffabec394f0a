"""Our speed beside that of other programs and of the machine, in one run on one text.

    python benchmarks/speed.py MODEL --peers PYTHON --train TRAIN DEV --test TEST -o runs/speed
    python benchmarks/speed.py MODEL --peers PYTHON --test TEST --text FILE -o runs/speed

PYTHON is an interpreter that has the peers (``peers/``); a peer that it lacks is listed with the
command that installs it. The first command trains those that learn from the corpus and ends; what
is trained in the folder is not trained again. The second measures all, one and two threads each,
and writes ``speed.json`` and ``speed.md`` there. What is measured, and how: docs/speed.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from peers import COMMON, PEERS, Peer
from speed_tables import OURS, markdown

from ner.benchmark import machine
from ner.benchmark.cells import Plan, Subject, measure
from ner.benchmark.process import Worker, environment
from ner.benchmark.texts import texts_of
from ner.document import Document, Entity
from ner.errors import ConfigError, NerError, choose
from ner.evaluation import score
from ner.formats import Findings, ReadOptions
from ner.formats.reading import read_path
from ner.storage import dumps, write_text

ROOT = Path(__file__).parents[1]
TRAINED = "trained.json"  # in a peer's folder: how it was trained
VERSIONS = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try: found[name] = version(name)
    except PackageNotFoundError: pass
print(json.dumps(found))
"""


@dataclass(frozen=True)
class System:
    """Something that is measured: its row's name and, with so many threads, the subject."""

    name: str
    subject: Callable[[int], Subject]
    trained: bool  # on the corpus: all its labels can be scored
    what: str


def documents(path: Path) -> list[Document]:
    """The documents of a corpus file; what was repaired is said."""
    findings = Findings()
    found = list(read_path(path, findings, options=ReadOptions()))
    for kind, count in findings.items():
        print(f"{path}: {count:,} {kind}", file=sys.stderr)
    return found


def sentences(path: Path) -> list[Document]:
    """The sentences of a corpus file as documents of their own."""
    cut = [one for document in documents(path) for one in document.sentences]
    return [Document(one.text, one.entities) for one in cut if one.text]


def installed(python: str) -> dict[str, str]:
    """The versions of the peers that an interpreter has, by distribution."""
    names = [peer.distribution for peer in PEERS.values()]
    command = [python, "-c", VERSIONS, *names]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ConfigError(f"--peers {python}: expected a Python interpreter: {error}") from error
    return dict(json.loads(done.stdout))


def train(options: argparse.Namespace) -> None:
    """Trains the peers that learn, each in a folder of its own, unless that is done."""
    corpus = options.output / "corpus"
    for split, path in zip(("train", "dev"), options.train, strict=True):
        rows = (json.dumps(one.to_dict(), ensure_ascii=False) for one in sentences(path))
        write_text(corpus / f"{split}.jsonl", "\n".join(rows) + "\n")
    has = installed(options.peers)
    for name, peer in PEERS.items():
        if not peer.trained or peer.distribution not in has:
            continue
        folder = options.output / peer.module
        how = {"corpus": [str(path.resolve()) for path in options.train]}
        how["sentences"] = options.train_sentences
        numbers = [str(options.train_sentences)]
        if peer.module == "spacy":
            how["steps"] = options.steps
            numbers.append(str(options.steps))
        if trained(folder) == how:
            print(f"{name}: trained already, in {folder}")
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TRAINED).unlink(missing_ok=True)
        command = [options.peers, "-m", peer.program, str(corpus), str(folder), *numbers]
        print(f"{name}: training in {folder}", flush=True)
        subprocess.run(command, check=True, env=environment(options.threads[-1]))
        write_text(folder / TRAINED, json.dumps(how))


def trained(folder: Path) -> dict[str, Any] | None:
    """How a peer was trained, if it was."""
    path = folder / TRAINED
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def systems(options: argparse.Namespace) -> tuple[list[System], list[str]]:
    """What can be measured, ours first, and what to do for what cannot."""
    loading = {"device": "cpu", "batch_characters": options.batch_size}
    pairs = (one.partition("=") for one in options.load)
    loading |= {key: yaml.safe_load(value) for key, _, value in pairs}
    found = [System(OURS, lambda threads: Subject.model(str(options.model), **loading), True, "")]
    missing = []
    has = installed(options.peers)
    for name, peer in PEERS.items():
        folder = options.output / peer.module
        if peer.distribution not in has:
            missing.append(f"{name} is not installed: {options.peers} -m pip install {peer.pip}")
        elif peer.trained and trained(folder) is None:
            missing.append(f"{name} is not trained: run with --train TRAIN DEV first")
        else:
            version = has[peer.distribution]
            what = f"{version}: {peer.what}"
            found.append(System(name, subject_of(peer, folder, options), peer.trained, what))
    for name in options.only:
        choose(name, {OURS: None, **PEERS}, kind="system")
    chosen = [one for one in found if not options.only or one.name in options.only]
    return chosen, missing


def subject_of(peer: Peer, folder: Path, options: argparse.Namespace) -> Callable[[int], Subject]:
    command = (options.peers, "-m", peer.program)
    return lambda threads: Subject({"threads": threads, "folder": str(folder)}, command)


def scores(system: System, gold: Sequence[Document], *, threads: int) -> dict[str, float]:
    """Strict F1 of the labels that all have in common and, of those trained on it, of all."""
    subject = system.subject(threads)
    with Worker(subject.command, threads=threads) as worker:
        worker.ask("load", **subject.request)
        spans = worker.ask("tag", texts=[one.text for one in gold])["spans"]
    found = [
        one.with_entities(
            [Entity(one.text[start:end], label, start, end) for start, end, label in own]
        )
        for one, own in zip(gold, spans, strict=True)
    ]
    shared = score([common(one) for one in gold], [common(one) for one in found])
    result = {"f1_common": shared.overall.f1, "support_common": shared.overall.support}
    if system.trained:
        result["f1"] = score(gold, found).overall.f1
    return result


def common(document: Document) -> Document:
    """Only the entities whose label has a name in ``COMMON``, by that name."""
    kept = [one for one in document.entities if one.label in COMMON]
    named = [Entity(one.text, COMMON[one.label], one.start, one.end) for one in kept]
    return document.with_entities(named)


def matrix_rates(options: argparse.Namespace, *, threads: int) -> dict[str, Any]:
    """Operations a second in matrix products, each repeat's, or why there are none."""
    how = ["--seconds", str(options.seconds), "--repeats", str(options.repeats)]
    command = [sys.executable, str(ROOT / "benchmarks" / "matrix_rate.py"), *how]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment(threads)
    )
    return dict(json.loads(done.stdout))


def operations_of(model: Path, texts: Sequence[str]) -> dict[str, Any]:
    """Useful operations a character of our network, by part, for sentences as in these texts."""
    from ner.benchmark.operations import operations
    from ner.model.folder import load_network, read_description

    length = length_of(texts)
    network = load_network(model, read_description(model))
    return {"length": length, "parts": operations(network, length=length)}


def length_of(texts: Sequence[str]) -> float:
    """How long the sentence of a character is on average: Σ n² / Σ n."""
    lengths = [len(text) for text in texts]
    return sum(n * n for n in lengths) / sum(lengths)


def profile(system: System, texts: Sequence[str], *, seconds: float) -> dict[str, Any]:
    """Where the time of our tagger goes, on one thread."""
    subject = system.subject(1)
    with Worker(subject.command, threads=1) as worker:
        worker.ask("load", **subject.request)
        return worker.ask("profile", texts=texts, seconds=seconds)


def rows_of(
    system: System, texts: Sequence[str], gold: Sequence[Document], options: argparse.Namespace
) -> list[dict[str, Any]]:
    """The figures of a system, a row for each number of threads."""
    plan, rows = Plan(options.repeats, options.seconds), []
    for threads in options.threads:
        print(f"{system.name}, {threads} thread(s)", file=sys.stderr, flush=True)
        one = measure(system.subject(threads), texts, plan, threads=threads)
        rows.append({"system": system.name, "what": system.what, **one.to_dict()})
    scored = gold[: options.test_sentences or None]
    own = scores(system, scored, threads=options.threads[0])
    return [{**row, **own} for row in rows]


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """All figures, as plain data."""
    gold = sentences(options.test)
    texts = texts_of(options.text) if options.text else [one.text for one in gold]
    chosen, missing = systems(options)
    ours = next((one for one in chosen if one.name == OURS), None)
    counted = operations_of(options.model, texts) if ours else None
    rows = []
    for system in chosen:
        try:
            rows += rows_of(system, texts, gold, options)
        except (NerError, ModuleNotFoundError) as error:
            if system is ours:
                raise
            missing.append(f"{system.name} cannot be measured: {error}")
    limit = {str(threads): matrix_rates(options, threads=threads) for threads in options.threads}
    about = {
        "model": str(options.model),
        "test": str(options.test),
        "text": str(options.text or options.test),
        "peers": {name: trained(options.output / one.module) for name, one in PEERS.items()},
    }
    return {
        "machine": machine.facts(),
        **about,
        "systems": rows,
        "missing": missing,
        "matrix_rates": limit,
        "operations": counted,
        "profile": profile(ours, texts, seconds=options.seconds) if ours else None,
    }


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="a model or run folder")
    parser.add_argument("--peers", default=sys.executable, help="an interpreter that has them")
    parser.add_argument("--train", type=Path, nargs=2, metavar=("TRAIN", "DEV"))
    parser.add_argument("--train-sentences", type=int, default=0, help="the first ones; 0: all")
    parser.add_argument("--steps", type=int, default=2000, help="of spaCy's training, at most")
    parser.add_argument("--test", type=Path, help="an annotated file, for the scores")
    parser.add_argument("--test-sentences", type=int, default=0, help="the first ones; 0: all")
    parser.add_argument("--text", type=Path, help="what is timed; without it the test's text")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of a pass, about")
    parser.add_argument("--batch-size", type=int, default=4096, help="of ours, in characters")
    parser.add_argument(
        "--load", action="append", default=[], metavar="KEY=VALUE", help="of ner.load"
    )
    parser.add_argument("--only", nargs="+", default=[], help="systems by name")
    parser.add_argument("-o", "--output", type=Path, default=Path("runs/speed"))
    options = parser.parse_args()
    if not options.train and not options.test:
        parser.error("--test FILE is needed, or --train TRAIN DEV")
    return options


def main() -> None:
    options = parsed()
    if options.train:
        train(options)
        return
    found = measured(options)
    table = "\n".join(markdown(found))
    write_text(options.output / "speed.json", dumps(found, indent=2) + "\n")
    write_text(options.output / "speed.md", table + "\n")
    print(table)


if __name__ == "__main__":
    try:
        main()
    except NerError as error:
        sys.exit(f"speed.py: {error}")
