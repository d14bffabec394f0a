"""The useful operations of a network for a character: 2 for each multiplication and addition.

Counted are the products of states with weights and, in attention, those of queries with items and
of weights with values. Lookups, norms, activations and the decoder's search are not counted, nor is
what padding costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from torch import nn

from ner.model.attention.heads import Attention
from ner.model.attention.places import Place
from ner.model.attention.scores import General, Relative
from ner.model.attention.windowed import WindowedAttention
from ner.model.embedding.transformer import TransformerEmbedding

if TYPE_CHECKING:
    from ner.model.network import Network


def operations(network: Network, *, length: float) -> dict[str, float]:
    """Operations for a character of sentences of so many characters, by the network's part.

    A pretrained transformer is counted as if each character were a piece and nothing shared.
    """
    return {
        name: 2 * sum(_products(part, length))
        for name, part in network.named_children()
        if any(True for _ in part.parameters())
    }


def _products(part: nn.Module, length: float) -> Iterator[float]:
    """The multiplications of each module in a part."""
    for module in part.modules():
        for kind, count in COUNTS.items():
            if isinstance(module, kind):
                yield count(module, length)


def _linear(layer: nn.Linear, length: float) -> float:
    return layer.in_features * layer.out_features


def _recurrent(layer: nn.RNNBase | nn.RNNCellBase, length: float) -> float:
    """A step multiplies each weight once."""
    return sum(one.numel() for name, one in layer.named_parameters() if "weight" in name)


def _attention(mechanism: Attention, length: float) -> float:
    """A query's scores and sum over the items that it can see."""
    inner = mechanism.values.out_features
    seen = length
    if isinstance(mechanism, WindowedAttention):
        seen = min(length, 2 * mechanism.width + 1)
    own = {Relative: inner * seen, General: inner * inner / mechanism.heads}
    return 2 * inner * seen + own.get(type(mechanism.score), 0)


def _place(place: Place, length: float) -> float:
    """A query's map, and its products with the two vectors of each head."""
    return sum(parameter.numel() for parameter in place.parameters())


def _transformer(part: TransformerEmbedding, length: float) -> float:
    """The scores and sums of its own attention; its maps are linear layers of their own."""
    hidden: int = part.size
    return 2 * part.layers * hidden * length


COUNTS: dict[type[nn.Module], Callable[..., float]] = {
    nn.Linear: _linear,
    nn.RNNBase: _recurrent,
    nn.RNNCellBase: _recurrent,
    Attention: _attention,
    Place: _place,
    TransformerEmbedding: _transformer,
}
