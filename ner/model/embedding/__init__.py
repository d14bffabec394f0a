"""CHARACTERS → VECTORS: a part a file, joined side by side.

A part is a ``Part`` (``part.py``): ``forward(inputs)`` gives (batch, length, size). To add one: its
file, its settings in ``ner/settings/model.py``, its lines in ``parts``.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ner.errors import ConfigError
from ner.features.channels import LACCharacters
from ner.features.featurizer import Featurizer
from ner.model.embedding.channels import ChannelEmbedding
from ner.model.embedding.lac import CHANNEL, LACEmbedding
from ner.model.embedding.lexicon import LexiconEmbedding
from ner.model.embedding.part import Part
from ner.model.embedding.transformer import TransformerEmbedding
from ner.model.inputs import Inputs
from ner.settings import EmbeddingSettings

__all__ = ["Embedding", "Part"]


def parts(settings: EmbeddingSettings, featurizer: Featurizer) -> dict[str, Part]:
    """The parts that the settings and the features want, by name.

    Raises:
        ConfigError: the features lack what a part reads.
    """
    found: dict[str, Part] = {}
    channels = ChannelEmbedding(settings, featurizer.channels)
    if channels.size:
        found["channels"] = channels
    if featurizer.lexicon is not None:
        found["lexicon"] = LexiconEmbedding(settings, featurizer.lexicon)
    if settings.transformer is not None:
        if featurizer.tokeniser is None:
            raise ConfigError("model.embedding.transformer: the features have no tokeniser for it")
        encoder = featurizer.tokeniser.encoder
        found["transformer"] = TransformerEmbedding(settings.transformer, encoder)
    if settings.lac:
        lac = featurizer.channels.get(CHANNEL)
        if not isinstance(lac, LACCharacters):
            raise ConfigError("model.embedding.lac: the features have none of its characters")
        found["lac"] = LACEmbedding(lac)
    return found


class Embedding(nn.Module):
    """Each character's vector: those of all parts, joined; dropout of numbers and of characters.

    With ``projection`` a linear map brings the joined vectors down to so many numbers.

    Raises:
        ConfigError: the settings leave no part.
    """

    def __init__(self, settings: EmbeddingSettings, featurizer: Featurizer) -> None:
        super().__init__()
        self.parts = nn.ModuleDict(parts(settings, featurizer))
        if not len(self.parts):
            raise ConfigError("model.embedding: got size 0 and nothing else to see characters by")
        self.dropout = nn.Dropout(settings.dropout)
        self.character_dropout = settings.character_dropout
        self.size = sum(part.size for part in self.parts.values())  # type: ignore[misc]
        self.projection: nn.Linear | None = None
        if settings.projection:
            self.projection = nn.Linear(self.size, settings.projection)
            self.size = settings.projection

    def forward(self, inputs: Inputs) -> Tensor:
        """(batch, length, size)."""
        vectors: list[Tensor] = [part(inputs) for part in self.parts.values()]
        if self.projection is not None and torch.compiler.is_exporting():
            return self._projected_apart(vectors)
        joined: Tensor = self.dropout(torch.cat(vectors, dim=-1))  # (batch, length, size)
        if self.training and self.character_dropout:
            seen = torch.rand(inputs.mask.shape, device=joined.device) >= self.character_dropout
            joined = joined * seen[..., None]
        return joined if self.projection is None else self.projection(joined)

    def _projected_apart(self, vectors: list[Tensor]) -> Tensor:
        """The projection of parts that are not put side by side first: in a graph that takes time.

        Its columns are split as the graph is loaded, so that it holds the whole matrix.
        """
        assert self.projection is not None
        sizes = [own.shape[-1] for own in vectors]
        columns = torch.functional.split(self.projection.weight, sizes, dim=1)
        found: Tensor = self.projection.bias
        for own, weight in zip(vectors, columns, strict=True):
            found = found + functional.linear(own, weight)
        return found
