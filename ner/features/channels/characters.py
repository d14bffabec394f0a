"""Each character by itself, as normalised."""

from __future__ import annotations

from collections.abc import Iterator

from ner.features.channels.listed import Listed


class Characters(Listed):
    """The characters of the vocabulary."""

    @staticmethod
    def names(normalised: str) -> Iterator[str]:
        yield from normalised
