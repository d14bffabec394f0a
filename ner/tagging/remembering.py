"""A tagger whose network runs once for however many ways of reading what it computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ner.document import Document
from ner.model.decoders.decoder import Decoded
from ner.tagging.pieces import Piece
from ner.tagging.tagger import Tagger

AT_ONCE = 100_000  # characters whose emissions are remembered


class Remembering(Tagger):
    """A tagger that computes the same pieces once only."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__(tagger.featurizer, tagger.tags, tagger.runtime)
        self._inner = tagger
        self._memory: dict[tuple[Piece, ...], Decoded] = {}

    def decoded(self, pieces: Sequence[Piece]) -> Decoded:
        key = tuple(pieces)
        if key not in self._memory:
            self._memory[key] = self._inner.decoded(pieces)
        return self._memory[key]


def groups(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents in groups of ``AT_ONCE`` characters or more, the last one excepted."""
    group: list[Document] = []
    size = 0
    for document in documents:
        group.append(document)
        size += len(document.text)
        if size >= AT_ONCE:
            yield group
            group, size = [], 0
    yield group
