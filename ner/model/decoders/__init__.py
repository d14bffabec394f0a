"""States → tags: one decoder a file, and their table.

Every decoder is a module with

    emissions(states) → scores                 (batch, length, size) → (batch, length, tags)
    loss(states, mask, tags) → loss            a scalar, the mean over sentences
    decode(states, mask) → Decoded             tags, and the probability of a span of them
"""

from __future__ import annotations

from typing import Protocol

from ner.model.decoders.crf import CRFDecoder


class Decoded(Protocol):
    """What a decoder found for a batch."""

    @property
    def tags(self) -> list[list[int]]: ...

    def probability(self, sentence: int, start: int, end: int) -> float: ...


DECODERS: dict[str, type[CRFDecoder]] = {"crf": CRFDecoder}
