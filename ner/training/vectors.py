"""Ready vectors as a network's first weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import torch

from ner.errors import ConfigError
from ner.features.channels.listed import Listed
from ner.features.featurizer import WORDS, Featurizer, Known
from ner.features.normalisation import Normaliser
from ner.features.vectors import Vectors, Wanted, read_vectors
from ner.features.word_lists import lexicon_words
from ner.model.embedding.channels import ChannelEmbedding
from ner.model.embedding.lexicon import LexiconEmbedding
from ner.model.embedding.table import Table
from ner.model.network import Network
from ner.settings import Config


def vectors_for(config: Config, texts: Iterable[str]) -> dict[str, Vectors]:
    """The vectors that the settings name, of what ``texts`` and the lexicon need.

    Raises:
        CorpusError: a file of vectors or words cannot be read.
    """
    settings, features = config.model.embedding, config.features
    if not settings.vectors:
        return {}
    normalise = Normaliser.of(features.normalise).text
    words = None
    if features.lexicon is not None and settings.lexicon_size:
        root = config.data.path("")
        words = lexicon_words(features.lexicon, root=root, normalise=normalise).keys()
    wanted = Wanted.by(map(normalise, texts), words, spare=settings.spare)
    return read_vectors(map(Path, settings.vectors), wanted, normalise)


def known(config: Config, vectors: Mapping[str, Vectors]) -> Known:
    """What a featurizer is to know, so that no vector is lost."""
    names = {table: vectors[table].names for table in vectors}
    return Known(names, config.data.path(""))


def put(vectors: Mapping[str, Vectors], network: Network, featurizer: Featurizer) -> list[str]:
    """Gives a network the vectors; says how many were found of what has a number.

    Raises:
        ConfigError: their size is not the settings'.
    """
    remarks = []
    for name, table, names, of_train in _tables(network, featurizer):
        if name not in vectors:
            continue
        own = vectors[name]
        if own.size != table.size:
            key = {"characters": "size", "bigrams": "bigram_size", WORDS: "lexicon_size"}[name]
            why = f"got {table.size}, but the vectors of {name} have {own.size} numbers"
            raise ConfigError(f"model.embedding.{key}: {why}")
        places = {one: place for place, one in enumerate(own.names)}
        found = [(number, places[one]) for one, number in names.items() if one in places]
        numbers = torch.tensor([number for number, _ in found], dtype=torch.long)
        table.put(numbers, torch.from_numpy(own.rows[[place for _, place in found]]))
        own_found = sum(number < of_train for number, _ in found)
        total = sum(number < of_train for number in names.values())
        spare = f", and {len(found) - own_found:,} more"
        remarks.append(f"vectors: {own_found:,} of train's {total:,} {name}{spare}")
    return remarks


def _tables(
    network: Network, featurizer: Featurizer
) -> Iterable[tuple[str, Table, dict[str, int], int]]:
    """The tables that vectors are for, each name's number, and where those of train end."""
    for part in network.embedding.parts.values():
        if isinstance(part, ChannelEmbedding):
            for name, table in part.tables.items():
                channel = featurizer.channels[name]
                if isinstance(channel, Listed) and isinstance(table, Table):
                    names = enumerate(channel.vocabulary.names, start=2)
                    yield name, table, {one: number for number, one in names}, channel.tuned
        if isinstance(part, LexiconEmbedding) and part.words is not None and featurizer.lexicon:
            lexicon = featurizer.lexicon
            words = enumerate(lexicon.words[: lexicon.known])
            yield WORDS, part.words, {one: number for number, one in words}, lexicon.tuned
