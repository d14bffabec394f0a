"""The one place where all is wired: embedding → BiLSTM → attention → decoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from ner.features.featurizer import Featurizer
from ner.model import attention, decoders
from ner.model.decoders import Decoded
from ner.model.decoders.linear import LinearChain
from ner.model.embedding import Embedding
from ner.model.encoder import Encoder
from ner.model.inputs import Inputs
from ner.model.terms import LossTerm, mean
from ner.settings import AttentionSettings, ModelSettings
from ner.tags import tag_set


@dataclass(frozen=True, slots=True)
class Around:
    """What stands before each sentence, padded on the left, so that its end meets the sentence."""

    states: Tensor  # (batch, context, size)
    mask: Tensor  # (batch, context)


class AttentionLayer(nn.Module):
    """A mechanism with the residual and the norm around it."""

    def __init__(self, settings: AttentionSettings, *, size: int) -> None:
        super().__init__()
        self.mechanism = attention.build(settings, size=size)
        self.dropout = nn.Dropout(settings.dropout)
        self.norm = nn.LayerNorm(size)

    def forward(self, states: Tensor, mask: Tensor, around: Around | None) -> Tensor:
        """States (batch, length, size) that have seen one another and what is around."""
        items, real, first = _items(states, mask, around)
        context = self.mechanism(states, items, real, first=first)  # (batch, length, size)
        return self.norm(states + self.dropout(context))  # type: ignore[no-any-return]

    def weights(self, states: Tensor, mask: Tensor, around: Around | None) -> Tensor:
        """(batch, heads, length, context + length)."""
        items, real, first = _items(states, mask, around)
        return self.mechanism.weights(states, items, real, first=first)


class Network(nn.Module):
    """The tagger's network; it knows no files, metrics, devices or optimisers.

    Args:
        settings: its parts.
        labels: of the entities, in the order of their tags.
        featurizer: of its inputs: what numbers there are.
    """

    def __init__(
        self, settings: ModelSettings, *, labels: tuple[str, ...], featurizer: Featurizer
    ) -> None:
        super().__init__()
        tags = tag_set(labels, scheme=settings.scheme)
        self.embedding = Embedding(settings.embedding, featurizer)
        size = self.embedding.size
        self.encoder: Encoder | None = None
        if settings.encoder is not None:
            self.encoder = Encoder(settings.encoder, input_size=size)
            size = settings.encoder.size
        self.attention = nn.ModuleList(AttentionLayer(one, size=size) for one in settings.attention)
        self.decoder = decoders.build(
            settings.decoder, size=size, tags=tags, scheme=settings.scheme
        )
        self.dropout = nn.Dropout(settings.dropout)
        self.samples = settings.multi_sample_dropout

    def forward(self, inputs: Inputs, r_drop: float = 0.0, consistency: float = 0.0) -> Tensor:
        """The loss, so that wrappers which call the module train it."""
        return self.loss(inputs, r_drop, consistency)

    def states(self, inputs: Inputs) -> Tensor:
        """What the decoder sees of each character, (batch, length, size)."""
        states, around = self._encoded(inputs)
        for layer in self._layers:
            states = layer(states, inputs.mask, around)
        return states

    def weights(self, inputs: Inputs) -> list[Tensor]:
        """The weights of each attention layer, (batch, heads, length, context + length)."""
        states, around = self._encoded(inputs)
        found = []
        for layer in self._layers:
            found.append(layer.weights(states, inputs.mask, around))
            states = layer(states, inputs.mask, around)
        return found

    def emissions(self, inputs: Inputs) -> Tensor:
        """The score of each tag for each character, (batch, length, tags), of a linear chain."""
        if not isinstance(self.decoder, LinearChain):
            raise TypeError(f"{type(self.decoder).__name__} has no emissions: it writes tags")
        return self.decoder.emissions(self.states(inputs))

    def loss(self, inputs: Inputs, r_drop: float = 0.0, consistency: float = 0.0) -> Tensor:
        """The mean of the sentences' losses, and the terms of the parts that have their own.

        With weights w of the sentences it is Σ wᵢ·lossᵢ / Σ wᵢ.

        With ``r_drop`` α it is that of Liang 2021: the mean of two passes' losses, which
        differ by their dropout, + α · ½ (KL(p‖q) + KL(q‖p)), p and q being the distributions of
        each sentence's tags by the one pass and by the other.

        With ``consistency`` α the loss of a sentence that is a changed copy gains α · KL(p‖q), q
        being the distribution of its tags and p that of the tags of what it was before. p is a
        constant, as in UDA (Xie 2020): the copy follows its original and not the other way round.
        """
        clean = [self.states(one.inputs).detach() for one in inputs.clean if consistency]
        loss, seen = self._pass(inputs)
        if r_drop:
            other, again = self._pass(inputs)
            pairs = zip(seen, again, strict=True)
            apart = [self.decoder.divergences(*pair, inputs.mask) for pair in pairs]
            loss = (loss + other) / 2 + r_drop * mean(
                torch.stack(apart).mean(dim=0), inputs.weights
            ).to(loss.dtype)
            seen = seen + again
        if clean:
            each = [self._departures(one, inputs, clean) for one in seen]
            departed = mean(torch.stack(each).mean(dim=0), inputs.weights)
            loss = loss + consistency * departed.to(loss.dtype)
        return loss

    def _departures(self, seen: Tensor, inputs: Inputs, clean: Sequence[Tensor]) -> Tensor:
        """How far the tags of changed sentences are from those of the clean ones, (batch).

        0 for all others.
        """
        found = torch.zeros(len(seen), dtype=torch.float64, device=seen.device)
        for one, states in zip(inputs.clean, clean, strict=True):
            own, mask = seen[one.rows], one.inputs.mask
            if one.places is None:
                apart = self.decoder.departures(own[:, : mask.shape[1]], states, mask)
            else:
                around = inputs.mask[one.rows]
                apart = self.decoder.departures_in_part(own, around, states, mask, one.places)
            found = found.index_add(0, one.rows, apart)
        return found

    def _pass(self, inputs: Inputs) -> tuple[Tensor, list[Tensor]]:
        """The loss by one pass, and the states that the decoder saw, by each mask of its dropout.

        The decoder's losses are the mean over ``samples`` masks (multi-sample dropout, Inoue 2019).
        """
        if inputs.tags is None:
            raise ValueError("a loss needs tags")
        parts = [part for part in self.modules() if isinstance(part, LossTerm)]
        for part in parts:
            part.forget()
        states = self.states(inputs)
        seen = [self.dropout(states) for _ in range(self.samples)]
        each = [self.decoder.losses(one, inputs.mask, inputs.tags, inputs.soft) for one in seen]
        losses = torch.stack(each).mean(dim=0)  # (batch)
        lengths = inputs.mask.sum(dim=1)  # (batch)
        terms = (part.term(losses, lengths, inputs.weights) for part in parts)
        return sum(terms, mean(losses, inputs.weights)), seen

    @torch.inference_mode()
    def decode(self, inputs: Inputs) -> Decoded:
        """The tags of a batch; call it in evaluation mode."""
        return self.decoder.decode(self.states(inputs), inputs.mask)

    @property
    def _layers(self) -> list[AttentionLayer]:
        return cast("list[AttentionLayer]", list(self.attention))

    def _encoded(self, inputs: Inputs) -> tuple[Tensor, Around | None]:
        """The encoder's states of the sentences, and of what stands before them."""
        vectors = self.embedding(inputs)  # (batch, length, size)
        states: Tensor = (
            vectors * inputs.mask[..., None]
            if self.encoder is None
            else self.encoder(vectors, inputs.mask)
        )  # (batch, length, size)
        if inputs.context is None or not self.attention:
            return states, None
        before, _ = self._encoded(inputs.context)  # (batch, context, size)
        return states, _to_the_right(before, inputs.context.mask)


def _items(states: Tensor, mask: Tensor, around: Around | None) -> tuple[Tensor, Tensor, int]:
    """What is attended to, which of it is real, and where among it the sentence begins."""
    if around is None:
        return states, mask, 0
    items = torch.cat([around.states, states], dim=1)  # (batch, context + length, size)
    real = torch.cat([around.mask, mask], dim=1)  # (batch, context + length)
    return items, real, around.states.shape[1]


def _to_the_right(states: Tensor, mask: Tensor) -> Around:
    """Padding from the right of each row to its left."""
    length = mask.shape[1]
    places = torch.arange(length, device=mask.device)  # (length)
    before = places - (length - mask.sum(dim=1, keepdim=True))  # (batch, length)
    moved = torch.where(before < 0, before + length, before)  # what is padding comes first
    turned = states.gather(1, moved[..., None].expand_as(states))
    return Around(turned, mask.gather(1, moved))
