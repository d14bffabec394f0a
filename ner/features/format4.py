"""Features as models of format 4 have them, hash tables as arrays, turned into today's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ner.features.featurizer import BIGRAMS, WORDS
from ner.features.index import MISSING
from ner.features.names import unpaired
from ner.features.packing import ArrayError, whole_numbers
from ner.features.texts import Integers
from ner.features.trie import Trie


def upgraded(data: Mapping[str, Any]) -> dict[str, Any]:
    """What ``Featurizer.from_dict`` reads, out of what it read in format 4.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: the data is damaged.
    """
    channels = {name: _channel(name, own) for name, own in data["channels"].items()}
    lexicon = data["lexicon"]
    if lexicon is not None:
        lexicon = {**lexicon, "trie": _trie(lexicon["trie"])}
    return {**data, "channels": channels, "lexicon": lexicon}


def _channel(name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    if name == BIGRAMS:
        return {key: own for key, own in data.items() if key != "index"}
    if name == WORDS and data.get("cutter") is not None:
        return {**data, "cutter": _cutter(data["cutter"])}
    return data


def _cutter(data: Mapping[str, Any]) -> dict[str, Any]:
    """Its words were in the dictionary's order, and are in the tree's."""
    trie, listed = _trie(data["trie"]), data["listed"]
    words = trie["words"]
    own = {name: whole_numbers(listed, name) for name in ("which", "speech")}
    if any(len(row) != len(words) for row in own.values()):
        raise ArrayError(f"{len(words)} words, but of others what jieba says")
    own = {name: row[words] for name, row in own.items()}
    ordered = np.arange(len(words))
    return {**data, "trie": {**trie, "words": ordered}, "listed": {**listed, **own}}


def _trie(data: Mapping[str, Any]) -> dict[str, Any]:
    """The tree, whose edges were keys bucket by bucket, each with its place."""
    edges = _edges(data["edges"])
    words = whole_numbers(data, "words")
    if len(words) != 1 + len(edges) or (edges[1:] <= edges[:-1]).any():
        raise ArrayError(f"{len(words)} nodes of {len(edges)} edges")
    if (edges < 0).any() or (unpaired(edges)[0] > np.arange(len(edges))).any():
        raise ArrayError("keys: nodes that are no tree")
    if not -1 <= words.min() <= words.max() < len(words):
        raise ArrayError("words: numbers out of range")
    return Trie.from_edges(edges, words).to_dict()


def _edges(data: Mapping[str, Any]) -> Integers:
    keys = whole_numbers(data, "keys")
    places = whole_numbers(data, "places", below=len(keys))
    edges = np.full(len(keys), MISSING, dtype=np.int64)
    if len(places) != len(keys):
        raise ArrayError(f"{len(keys)} keys, but {len(places)} places")
    edges[places] = keys
    return edges
