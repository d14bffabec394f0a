"""What others have trained, as the first weights of parts of the embedding."""

from __future__ import annotations

from dataclasses import replace

from ner.features.channels import LACCharacters
from ner.features.featurizer import LAC, Featurizer, Known
from ner.model.embedding.lac import LACEmbedding
from ner.model.embedding.transformer import TransformerEmbedding
from ner.model.network import Network
from ner.settings import Config
from ner.training import lac, transformer


def known(config: Config, beforehand: Known) -> Known:
    """What is known beforehand, and how the settings' pretrained parts read a text.

    Raises:
        ConfigError: one of them is missing, or is not what it should be.
    """
    characters = lac.characters() if config.model.embedding.lac else None
    return replace(beforehand, tokeniser=transformer.tokeniser(config), lac=characters)


def put(config: Config, network: Network, featurizer: Featurizer) -> None:
    """Gives a network the pretrained weights that its settings name.

    Raises:
        ConfigError: they are missing, or of something else.
    """
    for part in network.embedding.parts.values():
        if isinstance(part, TransformerEmbedding):
            transformer.put(config, part.model)
        characters = featurizer.channels.get(LAC)
        if isinstance(part, LACEmbedding) and isinstance(characters, LACCharacters):
            lac.put(part, characters)
