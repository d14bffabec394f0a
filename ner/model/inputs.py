"""A batch as tensors on a device: what the network reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from ner.features.batch import Batch
from ner.features.lexicon import Matches


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
class Inputs:
    """A batch as tensors on a device."""

    rows: Mapping[str, Tensor]  # by channel, (batch, length)
    mask: Tensor  # (batch, length), true at real characters
    matches: WordMatches | None = None
    tags: Tensor | None = None  # (batch, length)
    weights: Tensor | None = None  # (batch), of the sentences' losses; None: all alike
    context: Inputs | None = None  # what stands before each sentence, itself without context

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
        )
