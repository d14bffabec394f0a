"""What an augmentation is, what it may draw from, and how a change of one document becomes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from numpy.random import Generator

from ner.corpus.edits import Edit, apply
from ner.document import Document

# Documents to as many documents in the same order; one that nothing changed is the same object.
Augmentation = Callable[[Sequence[Document], Generator], list[Document]]
Editor = Callable[[Document, Generator], list[Edit]]


@dataclass(frozen=True, slots=True)
class Material:
    """What an augmentation may draw from.

    Args:
        documents: those of the train split, unchanged; where no train split is changed, those that
            are.
        root: the folder that files named by the settings count from.
        train: what a model has seen, where that is known and is not ``documents``.
    """

    documents: Sequence[Document]
    root: Path = Path()
    train: Sequence[Document] | None = None

    @property
    def seen(self) -> Sequence[Document]:
        """What a model has seen, as far as is known."""
        return self.documents if self.train is None else self.train


def each(edits_of: Editor) -> Augmentation:
    """The augmentation that makes in every document the edits that ``edits_of`` draws for it."""

    def augmented(documents: Sequence[Document], generator: Generator) -> list[Document]:
        return [apply(document, edits_of(document, generator)) for document in documents]

    return augmented
