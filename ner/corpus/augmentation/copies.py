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
        origins: for each copy the place of the document that it was made from.
    """

    documents: tuple[Document, ...]
    changed: Counter[str]
    unchanged: int
    origins: tuple[int, ...] = ()

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.changed.items())
        added = f"{len(self.documents):,} changed copies added (changed by {kinds})"
        return f"{added}, {self.unchanged:,} left out that nothing changed"


class Copier:
    """Makes changed copies, the kinds applied one after another to each, for one epoch or for many.

    What the kinds draw from is looked over once. The same documents, settings and seed give the
    same copies. Those of the first epoch have the numbers 1 … ``settings.copies``, those of the
    next epoch the next ones, and every number is drawn by itself.

    Args:
        documents: of the train split; what the kinds draw comes from them, too.
        settings: which kinds, how many copies, and of how many documents.
        seed: of all that is drawn.
        root: the folder that files named by the settings count from.

    Raises:
        CorpusError: a file that the settings name is wrong.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        settings: AugmentationSettings,
        *,
        seed: int,
        root: Path,
    ) -> None:
        material = Material(documents, root)
        self.documents = documents
        self._steps = [(str(kind.kind), build(kind, material)) for kind in settings.kinds]
        self._rounds = settings.copies if self._steps else 0
        self._share = settings.share
        self._seed = seed % SEEDS

    def __call__(self, epoch: int = 1) -> Copies:
        """The copies of an epoch, counted from 1."""
        changed = Counter({name: 0 for name, _ in self._steps})
        kept: list[Document] = []
        origins: list[int] = []
        unchanged = 0
        for copy in range((epoch - 1) * self._rounds, epoch * self._rounds):
            places = self._drawn(copy)
            before = current = [self.documents[place] for place in places]
            for number, (name, step) in enumerate(self._steps):
                earlier, current = current, step(current, self._generator(copy, number))
                changed[name] += len(_differing(earlier, current))
            differing = _differing(before, current)
            kept += [_numbered(current[place], copy + 1) for place in differing]
            origins += [places[place] for place in differing]
            unchanged += len(places) - len(differing)
        return Copies(tuple(kept), changed, unchanged, tuple(origins))

    def _drawn(self, copy: int) -> list[int]:
        """The places of the documents that get this copy, in order."""
        count = len(self.documents)
        if self._share == 1 or not count:
            return list(range(count))
        order = self._generator(copy, len(self._steps)).permutation(count)
        return sorted(order[: max(1, round(count * self._share))].tolist())

    def _generator(self, copy: int, number: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, copy, number])


def augment(
    documents: Sequence[Document], settings: AugmentationSettings, *, seed: int, root: Path
) -> Copies:
    """The copies of the first epoch; ``Copier`` says what the arguments are.

    Raises:
        CorpusError: a file that the settings name is wrong.
    """
    return Copier(documents, settings, seed=seed, root=root)()


def _differing(before: Sequence[Document], after: Sequence[Document]) -> list[int]:
    """The places of those after that are not what they were before."""
    pairs = enumerate(zip(before, after, strict=True))
    return [place for place, (old, new) in pairs if new is not old and new != old]


def _numbered(document: Document, number: int) -> Document:
    return replace(document, fields={**document.fields, COPY: number})
