"""A batch as tensors on a device: what the network reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from ner.features.batch import Batch, CleanBatch
from ner.features.lexicon import Matches
from ner.features.pieces import Pieces
from ner.model.decoders.soft import SoftTargets


@dataclass(frozen=True, slots=True)
class WordMatches:
    """The words around the characters, a match and character an entry."""

    words: Tensor  # (entries)
    slots: Tensor  # (entries), 4 × the place in batch × length + the set
    weights: Tensor  # (entries)

    @classmethod
    def of(cls, matches: Matches, device: torch.device) -> WordMatches:
        """The matches, moved to ``device``."""
        arrays = (matches.words, matches.slots, matches.weights)
        return cls(*(torch.from_numpy(array).to(device) for array in arrays))


@dataclass(frozen=True, slots=True)
class PieceInputs:
    """The windows of pieces that a pretrained transformer reads, and each character's piece."""

    ids: Tensor  # (windows, pieces)
    mask: Tensor  # (windows, pieces), true at pieces
    index: Tensor  # (batch, length), counts over windows × pieces

    @classmethod
    def of(cls, pieces: Pieces, device: torch.device) -> PieceInputs:
        """The pieces, moved to ``device``."""
        arrays = (pieces.ids, pieces.mask, pieces.index)
        return cls(*(torch.from_numpy(array).to(device) for array in arrays))


@dataclass(frozen=True, slots=True)
class Inputs:
    """A batch as tensors on a device."""

    rows: Mapping[str, Tensor]  # by channel, (batch, length)
    mask: Tensor  # (batch, length), true at real characters
    matches: WordMatches | None = None
    tags: Tensor | None = None  # (batch, length)
    weights: Tensor | None = None  # (batch), of the sentences' losses; None: all alike
    context: Inputs | None = None  # what stands before each sentence, itself without context
    pieces: PieceInputs | None = None
    soft: SoftTargets | None = None
    clean: tuple[CleanInputs, ...] = ()  # what changed copies among the sentences were

    @classmethod
    def of(cls, batch: Batch, device: torch.device) -> Inputs:
        """The batch, moved to ``device``."""
        return cls(
            rows={name: torch.from_numpy(row).to(device) for name, row in batch.rows.items()},
            mask=torch.from_numpy(batch.mask).to(device),
            matches=None if batch.matches is None else WordMatches.of(batch.matches, device),
            tags=None if batch.tags is None else torch.from_numpy(batch.tags).to(device),
            weights=None if batch.weights is None else torch.from_numpy(batch.weights).to(device),
            context=None if batch.context is None else cls.of(batch.context, device),
            pieces=None if batch.pieces is None else PieceInputs.of(batch.pieces, device),
            soft=None if batch.soft is None else SoftTargets.of(batch.soft, batch.mask, device),
            clean=tuple(CleanInputs.of(one, device) for one in batch.clean),
        )


@dataclass(frozen=True, slots=True)
class CleanInputs:
    """What some sentences of a batch were before they were changed; ``CleanBatch`` says more."""

    inputs: Inputs  # (n) sentences without tags
    rows: Tensor  # (n)
    places: Tensor | None = None  # (n, length)

    @classmethod
    def of(cls, clean: CleanBatch, device: torch.device) -> CleanInputs:
        """The sentences, moved to ``device``."""
        inputs, rows = Inputs.of(clean.batch, device), torch.from_numpy(clean.rows).to(device)
        if clean.places is None:
            return cls(inputs, rows)
        return cls(inputs, rows, torch.from_numpy(clean.places).to(device))
