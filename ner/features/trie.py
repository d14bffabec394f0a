"""Words in texts: a tree of their beginnings, walked from all places of the texts at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.index import MISSING, Index
from ner.features.names import BITS, Names, paired
from ner.features.packing import ArrayError, whole_numbers
from ner.features.texts import BORDER, Integers

ROOT = 0
POINT = (1 << BITS) - 1  # what an edge has of its code point

Found = tuple[Integers, Integers, Integers]  # of each match the word, its start, its length


class Trie:
    """Finds every occurrence of every word.

    A node is a beginning of words. Its number is one more than the place of its edge; an edge is
    the number of the node that it comes from, together with a code point.

    Args:
        edges: of all nodes but the root.
        words: the number of the word that each node is, or -1.
    """

    def __init__(self, edges: Index, words: NDArray[Any]) -> None:
        self.edges, self.words = edges, words

    @classmethod
    def of(cls, names: Names) -> Trie:
        """A tree of these words.

        Raises:
            ValueError: a word is there twice, or empty.
        """
        codes, starts = names.codes.astype(np.int64), names.starts()
        nodes = np.full(len(names), ROOT)  # (words), the beginning of each that has its node
        levels = [np.zeros(0, dtype=np.int64)]
        count = 0
        for place in range(int(names.lengths.max(initial=0))):
            longer = np.flatnonzero(names.lengths > place)
            edges = paired(nodes[longer], codes[starts[longer] + place])
            level, which = np.unique(edges, return_inverse=True)
            nodes[longer] = 1 + count + which
            count += len(level)
            levels.append(level)
        words = np.full(1 + count, MISSING, dtype=np.int32)
        words[nodes] = np.arange(len(names))
        if words[ROOT] != MISSING or (words != MISSING).sum() != len(names):
            raise ValueError("words that are empty, or there twice")
        return cls(Index.of(np.concatenate(levels)), words)

    def __call__(self, codes: Integers) -> Found:
        """All words in texts, a border behind each; by their ends, of one end the longest first."""
        starts = np.arange(len(codes))
        nodes = np.full(len(codes), ROOT)
        found: list[Found] = []
        length = 0
        while len(nodes):
            # A border leads nowhere, so no start with a node has its next place outside.
            nodes = self.edges(paired(nodes, codes[starts + length])) + 1
            on = np.flatnonzero(nodes)
            starts, nodes = starts[on], nodes[on]
            length += 1
            words = self.words.take(nodes)
            ends = np.flatnonzero(words != MISSING)
            lengths = np.full(len(ends), length)
            found.append((words[ends].astype(np.int64), starts[ends], lengths))
        return _by_end(found, length)

    def to_dict(self) -> dict[str, Any]:
        """Arrays that ``from_dict`` reads back."""
        return {"edges": self.edges.to_dict(), "words": self.words}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], count: int) -> Trie:
        """The tree of so many words that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        edges, words = Index.from_dict(data["edges"]), whole_numbers(data, "words")
        if (edges.keys < 0).any() or (edges.keys & POINT >= BORDER).any():
            raise ArrayError("keys: no edges of code points")
        own = words[words != MISSING]
        if len(words) != 1 + len(edges) or words[ROOT] != MISSING:
            raise ArrayError(f"{len(words)} nodes, expected a root and {len(edges)} more")
        met = np.zeros(count, dtype=np.bool_)
        met[own[(own >= 0) & (own < count)]] = True
        if len(own) != count or not met.all():
            raise ArrayError(f"nodes of {len(own)} words, expected {count}, each of them once")
        return cls(edges, words)


def _by_end(found: list[Found], longest: int) -> Found:
    none = np.zeros(0, dtype=np.int64)
    if not found:
        return none, none, none
    words, starts, lengths = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort((starts + lengths) * (longest + 1) - lengths, kind="stable")
    return words[order], starts[order], lengths[order]
