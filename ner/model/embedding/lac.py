"""LAC's encoder: its character table and its two layers of bidirectional GRUs (Jiao 2018)."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from ner.features.channels import LACCharacters
from ner.model.embedding.part import Part
from ner.model.inputs import Inputs
from ner.model.recurrent import both_ways

CHANNEL = "lac"
TABLE, HALF, LAYERS = 128, 128, 2  # of LAC: a character's vector, a direction's states


class LACEmbedding(Part):
    """The states of LAC's encoder; each sentence is read backwards from its own end.

    It is built with random weights; training gives it LAC's (``ner/training/lac.py``), a saved
    model brings its own.
    """

    def __init__(self, characters: LACCharacters) -> None:
        super().__init__()
        sizes = [TABLE] + [2 * HALF] * (LAYERS - 1)
        self.table = nn.Embedding(characters.size, TABLE, padding_idx=0)
        self.forwards = nn.ModuleList(nn.GRU(size, HALF, batch_first=True) for size in sizes)
        self.backwards = nn.ModuleList(nn.GRU(size, HALF, batch_first=True) for size in sizes)
        self.size = 2 * HALF

    def forward(self, inputs: Inputs) -> Tensor:
        vectors: Tensor = self.table(inputs.rows[CHANNEL])  # (batch, length, table)
        for left, right in zip(self.forwards, self.backwards, strict=True):
            vectors = both_ways(left, right, vectors, inputs.mask)  # (batch, length, size)
        return vectors

    def pretrained(self) -> Iterator[tuple[nn.Parameter, int]]:
        for parameter in self.table.parameters():
            yield parameter, LAYERS
        for layer, pair in enumerate(zip(self.forwards, self.backwards, strict=True)):
            for gru in pair:
                for parameter in gru.parameters():
                    yield parameter, LAYERS - 1 - layer
