"""What vectors are of (characters, bigrams and words) and how each is cut out of a text.

To add a kind: a function, a line in ``KINDS``, and its table in ``ner/features/vector_file.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import add

from ner.features.featurizer import BIGRAMS, CHARACTERS, WORDS
from ner.words import cut


@dataclass(frozen=True, slots=True)
class Kind:
    """How to get the names out of a normalised text without blanks, and what suits them.

    Args:
        cut: the names in their order.
        min_count: how often a name is to occur, if nothing else is said.
        skip_gram: whether skip-gram suits them better than CBOW: it learns more from a name that
            is rare, and takes longer (Mikolov et al. 2013).
    """

    cut: Callable[[str], list[str]]
    min_count: int
    skip_gram: bool


def _bigrams(run: str) -> list[str]:
    """Those of neighbours; that of a text's last character with its end is not among them."""
    return list(map(add, run, run[1:]))


def _words(run: str) -> list[str]:
    """Words of jieba's dictionary only, which are the lexicon's; guessing others takes longer."""
    return list(cut(run))


KINDS: dict[str, Kind] = {
    CHARACTERS: Kind(list, min_count=5, skip_gram=False),
    BIGRAMS: Kind(_bigrams, min_count=10, skip_gram=False),
    WORDS: Kind(_words, min_count=5, skip_gram=True),
}
