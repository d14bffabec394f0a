"""The changed copies of train that a config's augmentation adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ner.corpus.augmentation import Material, build
from ner.document import Document
from ner.settings import AugmentationSettings

COPY = "copy"  # the field that numbers a document's copies, from 1
SEEDS = 1 << 64


@dataclass(frozen=True, slots=True)
class Copies:
    """Changed copies of documents, and what became of the others.

    Args:
        documents: the copies, those of one round after those of the round before.
        changed: how many copies each kind changed; most are changed by several.
        unchanged: how many copies nothing changed; they are left out.
    """

    documents: tuple[Document, ...]
    changed: Counter[str]
    unchanged: int

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.changed.items())
        added = f"{len(self.documents):,} changed copies added (changed by {kinds})"
        return f"{added}, {self.unchanged:,} left out that nothing changed"


def augment(
    documents: Sequence[Document], settings: AugmentationSettings, *, seed: int, root: Path
) -> Copies:
    """Changed copies of documents, the kinds applied one after another to each.

    The same documents, settings and seed give the same copies.

    Args:
        documents: of the train split; what the kinds draw comes from them, too.
        settings: which kinds, and how many copies.
        seed: of all that is drawn.
        root: the folder that files named by the settings count from.

    Raises:
        CorpusError: a file that the settings name is wrong.
    """
    material = Material(documents, root)
    steps = [(str(kind.kind), build(kind, material)) for kind in settings.kinds]
    changed = Counter({name: 0 for name, _ in steps})
    kept: list[Document] = []
    rounds = settings.copies if steps else 0
    for copy in range(rounds):
        current = list(documents)
        for number, (name, step) in enumerate(steps):
            before = current
            current = step(before, np.random.default_rng([seed % SEEDS, copy, number]))
            changed[name] += len(_differing(before, current))
        kept += [_numbered(one, copy + 1) for one in _differing(documents, current)]
    return Copies(tuple(kept), changed, len(documents) * rounds - len(kept))


def _differing(before: Sequence[Document], after: Sequence[Document]) -> list[Document]:
    """Those after that are not what they were before."""
    pairs = zip(before, after, strict=True)
    return [new for old, new in pairs if new is not old and new != old]


def _numbered(document: Document, number: int) -> Document:
    return replace(document, fields={**document.fields, COPY: number})
