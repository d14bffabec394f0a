"""Which tags a scheme allows where, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.tags import continues, legal

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rules:
    """What may begin and end a sentence, and what may follow what."""

    start: Flags  # (tags)
    end: Flags  # (tags)
    between: Flags  # (tags, tags): the column's tag after the row's
    continues: Flags  # (tags, tags): both tags are of one entity

    @classmethod
    def of(cls, tags: Sequence[str], scheme: str) -> Rules:
        """The rules of ``scheme`` for ``tags``."""
        return cls(
            start=np.array([legal(None, tag, scheme=scheme) for tag in tags]),
            end=np.array([legal(tag, None, scheme=scheme) for tag in tags]),
            between=np.array([[legal(a, b, scheme=scheme) for b in tags] for a in tags]),
            continues=np.array([[continues(a, b) for b in tags] for a in tags]),
        )
