"""A linear chain's scores beside the emissions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

CLOSED = -10_000.0  # the score of what must not be


@dataclass(frozen=True, slots=True)
class Transitions:
    """The scores of a sentence's first and last tags and of neighbours; which stay in an entity."""

    start: Floats  # (tags)
    end: Floats  # (tags)
    between: Floats  # (tags, tags): from the row's tag to the column's
    continues: NDArray[np.bool_]  # (tags, tags): both tags are of one entity

    def cooled(self, temperature: float) -> Transitions:
        """Divided by a temperature; what is closed stays closed."""
        if temperature == 1.0:
            return self
        start, end, between = (
            np.where(is_closed(part), CLOSED, part / temperature)
            for part in (self.start, self.end, self.between)
        )
        return replace(self, start=start, end=end, between=between)


def is_closed(scores: Floats) -> NDArray[np.bool_]:
    """Which scores are of what must not be; none that is learned comes near."""
    return np.asarray(scores <= CLOSED / 2)
