"""DICTIONARY → ARRAYS: what its rules say, an entry a rule, by the numbers that matches have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner.document import DICTIONARY, PATTERN
from ner.tagging.dictionary.dictionary import Dictionary
from ner.tagging.dictionary.finding import Matches
from ner.tagging.dictionary.rules import MODES
from ner.tagging.dictionary.signs import Numbers

ORDER = tuple(MODES)


@dataclass(frozen=True, slots=True)
class RuleTable:
    """What each rule says."""

    modes: Numbers  # places in ``ORDER``
    priorities: NDArray[np.float64]
    bonuses: NDArray[np.float64]
    labels: tuple[str, ...]
    sources: tuple[str, ...]  # of the entities that it gives or confirms

    @classmethod
    def of(cls, dictionary: Dictionary) -> RuleTable:
        """That of a dictionary's rules, in its order."""
        parts = dictionary.parts
        rules = [rule for part in parts for rule in part.rules]
        sizes = [len(part.rules) for part in parts]
        modes = np.array([ORDER.index(part.manner.mode) for part in parts], dtype=np.int64)
        bonuses = np.array([part.manner.bonus for part in parts], dtype=np.float64)
        sources: list[str] = []
        for part in parts:
            sources += [DICTIONARY] * len(part.entries) + [PATTERN] * len(part.patterns)
        return cls(
            modes.repeat(sizes),
            np.array([rule.priority for rule in rules], dtype=np.float64),
            bonuses.repeat(sizes),
            tuple([rule.label for rule in rules]),
            tuple(sources),
        )

    def are(self, found: Matches, mode: str) -> NDArray[np.bool_]:
        """Which matches are of rules of this mode."""
        return np.asarray(self.modes.take(found.rules) == ORDER.index(mode), dtype=np.bool_)
