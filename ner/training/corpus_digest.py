"""CORPUS → A FEW LETTERS, by which a run that goes on knows whether it is still the same.

What counts is what is learned from and judged on: texts, sentences, entities, labels, and what is
thought of machine-labelled ones; not how files write it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ner.corpus.splits import Split
from ner.document import Document
from ner.errors import CorpusError
from ner.training.labelled import Labelled


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a corpus: what it is called, where it is, and the digest of what is in it."""

    name: str
    path: str
    digest: str


def parts_of(train: Split, dev: Split, labelled: Labelled | None) -> list[Part]:
    """What a run learns from and is judged on."""
    parts = [Part(one.name, one.path, _digest(_of_split(one))) for one in (train, dev)]
    if labelled is not None:
        parts.append(Part("labelled", labelled.path, _digest(_of_labelled(labelled))))
    return parts


def refuse_other(before: Mapping[str, str], now: Sequence[Part], *, run: Path) -> None:
    """Makes sure that a run goes on with the corpus that it began with.

    Args:
        before: the digests that the run keeps, by the names of their parts; where it keeps none,
            nothing is known of its corpus.
        now: the corpus.
        run: the run's folder.

    Raises:
        CorpusError: it is another one.
    """
    other = [part for part in now if before and before.get(part.name) != part.digest]
    if other:
        listed = ", ".join(f"{part.name} ({part.path})" for part in other)
        why = f"the corpus has changed since this run began: {listed}; --force starts anew"
        raise CorpusError(why, path=run)


def _digest(parts: Iterable[bytes]) -> str:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _of_split(split: Split) -> Iterable[bytes]:
    yield _written(sorted(split.known))
    for document in split.documents:
        yield _written(_plain(document))


def _of_labelled(labelled: Labelled) -> Iterable[bytes]:
    for document, weight, soft in zip(
        labelled.documents, labelled.weights, labelled.soft, strict=True
    ):
        yield _written([*_plain(document), weight])
        if soft is not None:
            yield from (one.tobytes() for one in (soft.counts, soft.pairs, soft.probabilities))


def _plain(document: Document) -> list[Any]:
    entities = [(entity.start, entity.end, entity.label) for entity in document.entities]
    return [document.text, document.spans, entities]


def _written(value: Any) -> bytes:
    return json.dumps(value).encode("ascii")
