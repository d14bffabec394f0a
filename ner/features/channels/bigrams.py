"""Each character together with the one behind it, as normalised (Zhang and Yang 2018)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ner.features.channels.listed import Listed

END = "\n"  # stands behind a text's last character


class Bigrams(Listed):
    """The bigrams of the vocabulary."""

    @staticmethod
    def names(normalised: str) -> Iterator[str]:
        for first, second in pairwise(normalised + END):
            yield first + second
