"""Words in texts: a tree of their beginnings, walked from all places of the texts at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner.features.index import MISSING, Index
from ner.features.names import Names, paired, unpaired
from ner.features.packing import ArrayError, smallest, whole_numbers
from ner.features.texts import BORDER, Integers

ROOT = 0

Found = tuple[Integers, Integers, Integers]  # of each match the word, its start, its length


class Trie:
    """Finds every occurrence of every word.

    A node is a beginning of words. Nodes are numbered by their length, the root first, then in the
    order of the nodes that they continue, then by code point: so those that continue a node stand
    side by side, and how many there are of each says all of the tree's shape.

    Args:
        codes: the last code point of each node but the root.
        children: how many nodes continue each.
        words: the number of the word that each node is, or -1.
    """

    def __init__(self, codes: NDArray[Any], children: NDArray[Any], words: NDArray[Any]) -> None:
        self.codes, self.children, self.words = codes, children, words

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
        return cls.from_edges(np.concatenate(levels), words)

    @classmethod
    def from_edges(cls, edges: Integers, words: NDArray[Any]) -> Trie:
        """The tree of nodes that are pairs of the node that each continues and a code point."""
        parents, codes = unpaired(edges)
        return cls(smallest(codes), smallest(np.bincount(parents, minlength=len(words))), words)

    def __call__(self, codes: Integers) -> Found:
        """All words in texts, a border behind each; by their ends, of one end the longest first."""
        words, starts, lengths = self.by_length(codes)
        longest = int(lengths.max(initial=0))
        order = np.argsort((starts + lengths) * (longest + 1) - lengths, kind="stable")
        return words[order], starts[order], lengths[order]

    def by_length(self, codes: Integers) -> Found:
        """All words in texts, a border behind each; the shortest first, of one length by starts."""
        nodes = self._firsts.take(codes, mode="clip")
        starts = np.flatnonzero(nodes)
        nodes = nodes[starts]
        none = np.zeros(0, dtype=np.int64)
        found: list[Found] = [(none, none, none)]
        length = 1
        while len(nodes):
            words = self.words.take(nodes)
            ends = np.flatnonzero(words != MISSING)
            lengths = np.full(len(ends), length)
            found.append((words[ends].astype(np.int64), starts[ends], lengths))
            # A border leads nowhere, so no start with a node has its next place outside.
            nodes = self._edges(paired(nodes, codes[starts + length])) + 1
            on = np.flatnonzero(nodes)
            starts, nodes = starts[on], nodes[on]
            length += 1
        words, starts, lengths = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return words, starts, lengths

    def in_order(self) -> Integers:
        """The numbers of the words in the order of their nodes."""
        own: Integers = self.words[self.words != MISSING].astype(np.int64)
        return own

    def renumbered(self) -> Trie:
        """The same tree with words whose numbers are their order."""
        words = self.words.copy()
        words[words != MISSING] = np.arange((words != MISSING).sum())
        return Trie(self.codes, self.children, words)

    def names(self) -> Names:
        """The words, in the order of their numbers."""
        nodes = np.flatnonzero(self.words != MISSING)
        nodes = nodes[np.argsort(self.words[nodes])]
        lengths = np.zeros(len(nodes), dtype=np.int64)
        backwards = [np.zeros(len(nodes), dtype=np.int64)]
        last = np.append(BORDER, self.codes)  # of each node
        parents = np.append(ROOT, self._parents())
        while nodes.any():
            lengths += nodes != ROOT
            backwards.append(last[nodes])
            nodes = parents[nodes]
        codes = np.stack(backwards[:0:-1], axis=1).ravel() if len(backwards) > 1 else backwards[0]
        return Names(codes[codes != BORDER], lengths)

    def _parents(self) -> Integers:
        """The node that each but the root continues."""
        return np.arange(len(self.children)).repeat(self.children)

    def _pairs(self) -> Integers:
        """Of each node but the root the node that it continues, and its code point."""
        return paired(self._parents(), self.codes.astype(np.int64))

    @cached_property
    def _firsts(self) -> Integers:
        """The node of each code point that begins words; 0 of others, such as the last."""
        own = self.codes[: int(self.children[ROOT])].astype(np.int64)
        table = np.full(int(own.max(initial=0)) + 2, ROOT)
        table[own] = np.arange(1, len(own) + 1)
        return table

    @cached_property
    def _edges(self) -> Index:
        """Finds nodes; a node's number is one more than its place here."""
        return Index(self._pairs())

    def to_dict(self) -> dict[str, Any]:
        """Arrays that ``from_dict`` reads back."""
        ends = self.words != MISSING
        return {
            "codes": self.codes,
            "children": self.children,
            "ends": np.packbits(ends),
            "words": smallest(self.words[ends]),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], count: int) -> Trie:
        """The tree of so many words that was saved.

        Raises:
            KeyError, TypeError, ValueError: the data is not what ``to_dict`` gives.
        """
        codes = whole_numbers(data, "codes", below=BORDER)
        nodes = 1 + len(codes)
        children = whole_numbers(data, "children", below=nodes)
        ends = whole_numbers(data, "ends", below=256).astype(np.uint8)
        own = whole_numbers(data, "words", below=count)
        if len(children) != nodes or int(children.sum(dtype=np.int64)) != len(codes):
            raise ArrayError(f"{len(children)} nodes with children, expected {nodes}")
        met = np.zeros(count, dtype=np.bool_)
        met[own] = True
        if len(own) != count or not met.all():
            raise ArrayError(f"nodes of {len(own)} words, expected {count}, each of them once")
        if (
            len(ends) != -(-nodes // 8)
            or (ended := np.unpackbits(ends, count=nodes)).sum() != count
        ):
            raise ArrayError(f"ends of words, expected {count} in {nodes} nodes")
        words = np.full(nodes, MISSING, dtype=np.int32)
        words[ended.astype(np.bool_)] = own
        tree = cls(codes, children, words)
        tree._edges = Index(tree._checked())
        return tree

    def _checked(self) -> Integers:
        """The pairs, of which each continues a node before it, by other code points than others."""
        edges = self._pairs()
        parents, _ = unpaired(edges)
        if (parents > np.arange(len(edges))).any() or (edges[1:] <= edges[:-1]).any():
            raise ArrayError("children: nodes that are no tree")
        if self.words[ROOT] != MISSING:
            raise ArrayError("words: an empty one")
        return edges
