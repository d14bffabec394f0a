"""Features as models of format 3 have them, lists in JSON, turned into those of this version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ner.features.channels import Bigrams, Characters, LACCharacters
from ner.features.channels.vocabulary import Vocabulary
from ner.features.featurizer import BIGRAMS, CHARACTERS, LAC
from ner.features.lexicon import Lexicon
from ner.features.names import Names
from ner.features.trie import Trie

LISTED = {CHARACTERS: Characters, BIGRAMS: Bigrams}


def upgraded(data: Mapping[str, Any]) -> dict[str, Any]:
    """What ``Featurizer.from_dict`` reads, out of what it read in format 3.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: the data is damaged.
    """
    channels = {name: _channel(name, own) for name, own in data["channels"].items()}
    lexicon = None if data["lexicon"] is None else _lexicon(data["lexicon"])
    return {**data, "channels": channels, "lexicon": lexicon}


def _channel(name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    if name in LISTED:
        return LISTED[name](Vocabulary(data["names"], int(data["learned"]))).to_dict()
    if name == LAC:
        return LACCharacters(data["names"], data["forms"]).to_dict()
    return data


def _lexicon(data: Mapping[str, Any]) -> dict[str, Any]:
    kinds, counts = (np.asarray(data[name], dtype=np.int64) for name in ("kinds", "counts"))
    trie = Trie.of(Names.of(data["words"]))
    if len(kinds) != len(data["words"]):
        raise ValueError(f"{len(data['words'])} words, but {len(kinds)} kinds")
    return Lexicon(trie, kinds, data["names"], counts, int(data["known"])).to_dict()
